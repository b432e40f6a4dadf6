import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../../', import.meta.url));

/** A tracker in TypeScript; `mark` says what it does with a page. */
function trackerSource(mark: string): string {
  return `
    import type { SoftwareTrackerKind, UnboundedTracker } from 'dirtybench';
    class Mine implements UnboundedTracker {
      readonly bounded = false;
      readonly #pages = new Set<number>();
      mark(page: number): void { ${mark} }
      collect(into: Uint32Array): number {
        let found = 0;
        for (const page of this.#pages) into[found++] = page;
        this.#pages.clear();
        return found;
      }
    }
    const kind: SoftwareTrackerKind = {
      guest: 'simulated', summary: 'a Set', usedBy: 'me', bytes: () => 0, create: () => new Mine(),
    };
    export default kind;`;
}

const files = {
  'package.json': '{ "type": "module" }',
  'tsconfig.json': JSON.stringify({
    compilerOptions: {
      target: 'ES2023',
      module: 'nodenext',
      strict: true,
      types: ['node'],
      rootDir: 'src',
      outDir: '.',
    },
    include: ['src'],
    exclude: [],
  }),
  'src/mine.ts': trackerSource('this.#pages.add(page);'),
  'src/lossy.ts': trackerSource('if (page !== 7) this.#pages.add(page);'),
  'src/program.ts': `
    import { analyse, measure, readResults, type WorkloadKind, writeReport } from 'dirtybench';
    const sweep = {
      tracker: ['./mine.js', 'flag-queue'], memory: '4M', pages: 16, epochs: 20, rounds: 1,
    };
    const { results, refused } = await measure(sweep, { out: 'mine.jsonl', concurrency: 1, hostName: false });
    if (refused.length > 0) throw new Error(refused.join());
    const { points } = analyse(readResults('mine.jsonl') ?? results);
    const { pages } = await writeReport(results, 'report');
    console.log(JSON.stringify({ trackers: points.map(({ tracker }) => tracker).sort(), pages }));
    const unused: WorkloadKind | null = null;
    void unused;`,
  'src/conforming.ts': `
    import { conformance } from 'dirtybench/conformance';
    const { default: kind } = await import(process.argv[2] ?? '');
    for (const { name, check } of conformance(kind)) {
      try { check(); } catch (error) { console.log(name, '|', String(error).split('\\n')[0]); }
    }`,
} as const;

describe('a project that has dirtybench from its tarball', () => {
  let folder: string;
  let packed: { readonly filename: string; readonly files: readonly { readonly path: string }[] };
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'dirtybench-package-'));
    [packed] = JSON.parse(
      execFileSync('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder], {
        cwd: root,
        stdio: 'pipe',
      }).toString(),
    );
    const installed = join(folder, 'node_modules/dirtybench');
    mkdirSync(installed, { recursive: true });
    mkdirSync(join(folder, 'src'));
    execFileSync('tar', ['-xzf', join(folder, packed.filename), '--strip-components=1', '-C', installed]);
    // What npm would install beside it is what is installed here.
    symlinkSync(join(root, 'node_modules'), join(installed, 'node_modules'));
    symlinkSync(join(root, 'node_modules/@types'), join(folder, 'node_modules/@types'));
    for (const [name, source] of Object.entries(files)) writeFileSync(join(folder, name), source);
    const typed = spawnSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', folder]);
    expect(typed.stdout.toString()).toBe('');
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  function run(...args: string[]): { stdout: string; stderr: string; code: number | null } {
    const { stdout, stderr, status } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' });
    return { stdout, stderr, code: status };
  }

  it('measures a tracker of its own in TypeScript beside the queue, and writes the report', () => {
    const { stdout, stderr } = run('program.js');
    expect(stderr).toBe('');
    const { trackers, pages } = JSON.parse(stdout);
    expect(trackers).toEqual(['./mine.js', 'flag-queue', 'null']);
    const written = pages.map((page: string) => readFileSync(join(folder, page), 'utf8'));
    expect(written.join('\n')).toContain('./mine.js');
  });

  it('runs the conformance test on its tracker, which catches a wrong one', () => {
    expect(run('conforming.js', './mine.js')).toEqual({ stdout: '', stderr: '', code: 0 });
    expect(run('conforming.js', './lossy.js').stdout).toContain(
      'finds all of 1024 pages when all are written, twice over | AssertionError [ERR_ASSERTION]: 1023 pages found where 1024 were written',
    );
  });

  it('gets LICENSE, traces and WebAssembly, and nothing of the tests', () => {
    const paths = packed.files.map(({ path }) => path);
    expect(paths).toEqual(
      expect.arrayContaining([
        'LICENSE',
        'README.md',
        'dist/trackers/simd/scan.wasm',
        'workloads/traces/redis-set.trace.gz',
      ]),
    );
    expect(paths.filter((path) => /tests|\.map$|\.ts$/.test(path) && !path.endsWith('.d.ts'))).toEqual([]);
  });
});
