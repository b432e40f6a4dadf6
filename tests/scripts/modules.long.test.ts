import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ownTracker } from '../trackers/own-source.js';
import { run } from './command.js';

const files = {
  'mine.js': ownTracker(),
  'lossy.js': ownTracker('if (page !== 7) this.#pages.add(page);'),
  'throws.js': ownTracker('if (page === 7) undefined.page;'),
  'shapeless.js': `export default { guest: 'simulated', bytes: () => 0, create: () => ({ bounded: false, mark() {} }) };`,
  // Each epoch writes the first pages of memory, in an order that the seed turns.
  'first.js': `
    export default {
      create(pages, pagesPerEpoch, seed) {
        const next = (into) => {
          for (let i = 0; i < pagesPerEpoch; i++) into[i] = (i + seed) % pagesPerEpoch;
          return pagesPerEpoch;
        };
        return { mostWrites: pagesPerEpoch, next };
      },
    };`,
  'mine.py': 'tracker = 1',
  'mine.ts': 'export default 1;',
  'imports.js': `export { default } from './mine.ts';`,
  'beyond.js': `
    export default { create: (pages) => ({ mostWrites: 1, next: (into) => { into[0] = pages; return 1; } }) };`,
} as const;

const brief = ['--memory', '4M', '--pages', '16', '--epochs', '20', '--rounds', '1', '--concurrency', '1'];

describe('a module of the user’s own', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'dirtybench-modules-'));
    for (const [name, source] of Object.entries(files)) writeFileSync(join(folder, name), source);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const measure = (tracker: string, workload: string, out: string) =>
    run(['measure', '--tracker', tracker, '--workload', workload, ...brief, '--out', out], folder);

  it('is measured beside dirtybench’s own, with its hash, until its file changes', async () => {
    const first = await measure('./mine.js,flag-queue', './first.js,uniform', 'mine.jsonl');
    expect(first.code, first.stderr).toBe(0);
    expect(first.stdout).toMatch(/^\.\/mine\.js +\.\/first\.js /m);
    const [header = ''] = readFileSync(join(folder, 'mine.jsonl'), 'utf8').split('\n');
    expect(JSON.parse(header).modules).toEqual([
      { axis: 'tracker', path: './mine.js', sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
      { axis: 'workload', path: './first.js', sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
    ]);
    writeFileSync(join(folder, 'mine.js'), `${files['mine.js']}// changed`);
    const again = await measure('./mine.js,flag-queue', './first.js,uniform', 'mine.jsonl');
    expect(again).toMatchObject({ code: 2, stderr: expect.stringContaining('another version of its modules') });
  });

  it('that loses a page is caught, the page named, and all else measured', async () => {
    const { code, stderr } = await measure('./lossy.js,flag-queue', './first.js', 'lossy.jsonl');
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringMatching(
        /tracker '\.\/lossy\.js' .*: 15 pages found where 16 were written: missing 7 \(last written in epoch 1\)\n.*all other points are measured and in lossy\.jsonl/s,
      ),
    });
    const kinds = readFileSync(join(folder, 'lossy.jsonl'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).kind);
    expect(kinds).toContain('wrong set');
    expect(kinds).toContain('round');
  });

  it.each([
    ['./throws.js', './first.js', 3, /it threw TypeError: .* at Mine\.mark \(.*throws\.js:\d+:\d+\)/],
    [
      './shapeless.js',
      'uniform',
      2,
      /tracker '\.\/shapeless\.js', what create\(\) returns: 'collect': it should be a function/,
    ],
    ['mine.js', 'uniform', 2, /unknown tracker 'mine\.js': a module of your own is given by its path, as \.\/mine\.js/],
    ['flag-queue', './mine.js', 3, /workload '\.\/mine\.js', what create\(\) returns: 'mostWrites': /],
    ['flag-queue', './beyond.js', 3, /workload '\.\/beyond\.js': next\(\) wrote page 1024 of 1024/],
  ] as const)('%s with workload %s ends with exit code %i and one line', async (tracker, workload, code, line) => {
    const ended = await measure(tracker, workload, `${tracker.replaceAll(/\W/g, '')}-${workload.length}.jsonl`);
    const said = ended.stderr.split('\n').filter((each) => each.startsWith('dirtybench: '));
    expect({ code: ended.code, said }).toEqual({ code, said: [expect.stringMatching(line)] });
  });

  it('is said to be of TypeScript only where it is, or what it imports', async (context) => {
    if ('typescript' in process.features && process.features.typescript) context.skip('this Node loads TypeScript');
    const said = async (tracker: string) => (await measure(tracker, 'uniform', 'other.jsonl')).stderr;
    expect(await said('./mine.py')).toMatch(
      /'\.\/mine\.py': cannot be loaded: .*Unknown file extension "\.py".*\.py\n$/,
    );
    const remedy = '(this Node loads no TypeScript: compile it to JavaScript, or use Node 22.18 or newer)';
    expect(await said('./mine.ts')).toContain(remedy);
    expect(await said('./imports.js')).toContain(remedy);
  });
});
