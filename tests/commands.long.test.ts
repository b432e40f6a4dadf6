import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { lackOfServer, RedisServer } from '../fleet/server.js';
import { commandNames, commands } from '../scripts/commands.js';
import { whyNot } from './recording/program.js';
import { run, start } from './scripts/command.js';
import { ownTracker } from './trackers/own-source.js';

const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');

/** What makes a command take seconds, for those of its options that are printed without a value of their own or with a longer one. */
const brief: Partial<Record<string, Readonly<Record<string, string>>>> = {
  measure: { '--memory': '512M', '--epochs': '20', '--rounds': '1', '--concurrency': '1' },
  report: { '--memory': '512M', '--epochs': '20', '--rounds': '1' },
  table1: { '--guest': 'simulated', '--memory': '16M', '--duration': '50ms', '--warmup': '50ms', '--rounds': '1' },
  downtime: { '--guest': 'simulated', '--memory': '16M', '--duration': '50ms', '--warmup': '50ms', '--rounds': '1' },
  'fleet measure': { '--memory': '512M', '--epochs': '20', '--rounds': '1' },
  soak: { '--epochs': '500' },
  primary: { '--guest': 'simulated', '--memory': '64M' },
  rr: { '--duration': '200ms', '--warmup': '50ms' },
};
const whyNoRecording = whyNot();
if (whyNoRecording !== '') console.info(`skipped: commands that record, or measure a recording: ${whyNoRecording}`);

const whyNoRedis = lackOfServer();
if (whyNoRedis !== null) console.info(`skipped: commands of a fleet: ${whyNoRedis}`);

const servers: readonly string[] = ['standby', 'primary', 'worker'];
/** Where Redis is in printed commands; the tests' is elsewhere. */
const printedRedis = 'redis://127.0.0.1:6379';
let redis: RedisServer | null = null;

/** Whether a command cannot be run on this machine. */
function isLeftOut(line: string): boolean {
  if (whyNoRecording !== '' && line.includes('mine.trace.gz')) return true;
  return whyNoRedis !== null && /dirtybench (worker|fleet)|fleet\.jsonl/.test(line);
}

/** The words of a printed command line, with what makes it brief in place of its own. */
function wordsOf(line: string): string[] {
  const words =
    line
      .split(/\s+#/)[0]
      ?.trim()
      .split(/\s+/)
      .slice(line.startsWith('npx') ? 2 : 1) ?? [];
  const name = words[0] === 'fleet' ? `fleet ${words[1]}` : words[0];
  const values = words.includes('--from') ? [] : Object.entries(brief[name ?? ''] ?? {});
  for (const [option, value] of values) {
    const at = words.indexOf(option);
    if (at < 0) words.push(option, value);
    else words[at + 1] = value;
  }
  return words.map((word) => (word === printedRedis ? (redis?.url ?? word) : word));
}

/** Runs printed command lines in order; those that serve run until the others are done. */
async function runAll(lines: readonly string[], folder: string): Promise<void> {
  for (const line of lines) {
    const words = wordsOf(line);
    if (isLeftOut(line)) continue;
    if (servers.includes(words[0] ?? '')) {
      await serveUntilDone(words, folder);
      continue;
    }
    const { code, stderr } = await run(words, folder);
    expect({ line, code, stderr: code === 0 ? '' : stderr }).toEqual({ line, code: 0, stderr: '' });
  }
}

async function serveUntilDone(words: readonly string[], folder: string): Promise<void> {
  const { process: server, ended } = start(words, folder);
  onTestFinished(async () => {
    server.kill('SIGKILL');
    await ended;
  });
  const ready = new Promise<string>((resolve) => {
    server.stdout?.on('data', (chunk: Buffer) => chunk.toString().includes('ready:') && resolve('ready'));
  });
  const early = ended.then(({ stderr }) => stderr);
  expect(await Promise.race([ready, early]), words.join(' ')).toBe('ready');
}

describe('every command', () => {
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'dirtybench-'));
    for (const [, name = '', source = ''] of readme.matchAll(/```js\n\/\/ (\S+)\n(.*?)```/gs)) {
      writeFileSync(join(folder, name), source);
    }
    // Another checkout, as a user has it.
    symlinkSync(fileURLToPath(new URL('../..', import.meta.url)), join(folder, 'base'));
    if (whyNoRedis !== null) return;
    redis = await RedisServer.open(folder);
    process.env.REDIS_URL = redis.url;
  });
  afterAll(async () => {
    await redis?.kill();
    rmSync(folder, { recursive: true });
  });

  const scripts = [...readme.matchAll(/```sh\n(.*?)```/gs)]
    .map(([, script = '']) => script.split('\n').filter((line) => line.startsWith('npx dirtybench')))
    .filter((lines) => lines.length > 0);
  it.each(scripts.map((lines) => [lines[0], lines] as const))('of the README from `%s` on runs', async (_, lines) => {
    await runAll(lines, folder);
  });

  it('of docs/ci.md runs, in the order it has there', async () => {
    const page = readFileSync(new URL('../../docs/ci.md', import.meta.url), 'utf8');
    const here = mkdtempSync(join(folder, 'ci-'));
    symlinkSync(join(folder, 'base'), join(here, 'base'));
    const lines = [...page.matchAll(/^ *(dirtybench \w.*)$/gm)].map(([, line = '']) => line);
    const build = ['measure', 'compare', 'compare'];
    expect(lines.map((line) => line.split(' ')[1])).toEqual([...build, 'measure', 'compare', 'measure', 'report']);
    for (const name of ['mine.js', 'mine-before.js']) writeFileSync(join(here, name), ownTracker());
    await runAll(
      lines.map((line) => line.replace('--profile quick', '--tracker flag-queue').replace(/ > \S+$/, '')),
      here,
    );
    expect(readdirSync(here)).toEqual(expect.arrayContaining(['pairs.jsonl', 'ratios.svg', 'history']));
  });

  it('of docs/publishing.md runs', async () => {
    const page = readFileSync(new URL('../../docs/publishing.md', import.meta.url), 'utf8');
    const here = mkdtempSync(join(folder, 'publishing-'));
    const lines = [...page.matchAll(/npx dirtybench \w[^`\n]*/g)].map(([line]) => line);
    expect(lines.map((line) => line.split(' ')[2])).toEqual(['report', 'report']);
    await runAll(
      lines.map((line) => line.replace(' --open', '')),
      here,
    );
    expect(readdirSync(here)).toEqual(['docs', 'preview']);
  });

  it('of the sweep file in the README runs', async () => {
    const [, yaml = ''] = /```yaml\n(.*?)```/s.exec(readme) ?? [];
    writeFileSync(join(folder, 'mine.yaml'), yaml);
    const [line = ''] = /npx dirtybench .*/.exec(yaml) ?? [];
    await runAll([line], folder);
  });

  it('that the help shows runs, in the order of the list of commands', async () => {
    const here = mkdtempSync(join(folder, 'help-'));
    writeFileSync(join(here, 'pages.csv'), 'epoch,page\n0,1\n1,2\n');
    const files = ['base', 'new'].map(
      (name) => `dirtybench measure --tracker flag-queue --memory 4M --out ${name}.jsonl`,
    );
    await runAll([...files, ...commandNames.flatMap((name) => commands[name].examples)], here);
  }, 120_000);

  it('that is printed as the next one runs as it stands', async () => {
    const here = mkdtempSync(join(folder, 'next-'));
    for (const line of [
      'dirtybench measure --tracker flag-queue --memory 4M --out a.jsonl',
      'dirtybench measure --tracker flag-queue --memory 4M --out b.jsonl --against ../base',
      'dirtybench table1',
      'dirtybench downtime',
      ...(whyNoRedis === null ? ['dirtybench fleet measure --fleet next --hosts split --out f.jsonl'] : []),
    ]) {
      if (line.includes('fleet')) {
        await serveUntilDone(wordsOf(`dirtybench worker --fleet next --shared-host --redis ${printedRedis}`), here);
      }
      const { stdout } = await run(wordsOf(line), here);
      const [, next = ''] = /^(?:report|compare): (dirtybench (?:report|compare) .*)$/m.exec(stdout) ?? [];
      const { code } = spawnNext(next, here);
      expect({ line, next, code }).toMatchObject({ next: expect.stringContaining('.jsonl'), code: 0 });
    }
  });
});

/** The next command as a shell would run it, with `dirtybench` on the path. */
function spawnNext(line: string, cwd: string): { code: number | null } {
  const entry = new URL('../scripts/dirtybench.js', import.meta.url).pathname;
  const { status } = spawnSync('/bin/sh', ['-c', `dirtybench() { '${process.execPath}' '${entry}' "$@"; }; ${line}`], {
    cwd,
  });
  return { code: status };
}
