import { spawn, spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { loadRecording } from '../../workloads/library.js';
import { run, start } from '../scripts/command.js';
import { compiled, folder, pattern, whyNot } from './program.js';

const why = whyNot();
if (why !== '') console.info(`skipped: what ends an epoch of a program: ${why}`);
const isThere = (program: string) => spawnSync(program, ['--version']).error === undefined;
const whyNotSqlite = isThere('sqlite3') ? why : 'there is no sqlite3';
if (whyNotSqlite !== '') console.info(`skipped: recording sqlite3: ${whyNotSqlite}`);
const whyNotValgrind = isThere('valgrind') ? whyNotSqlite : 'there is no valgrind';
if (whyNotValgrind !== '') console.info(`skipped: recording with valgrind's lackey: ${whyNotValgrind}`);

vi.setConfig({ testTimeout: 240_000 });
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Records a command, and gives the trace, and what was said. */
async function recorded(name: string, args: readonly string[]) {
  const out = join(folder, `${name}.trace.gz`);
  const { code, stderr } = await run(['record', '--out', out, ...args], folder);
  expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
  const { header, starts, writes } = loadRecording(out);
  const sizes = Array.from(starts.subarray(1), (end, index) => end - (starts[index] ?? 0));
  return { header, sizes, writes, said: stderr };
}

describe.skipIf(why !== '')('an epoch of a program that writes to two files, a pipe and itself', () => {
  const files = why === '' ? compiled('files') : '';

  // In each of its rounds it writes three pages, then twice to file 3, once to file 4, syncs file 3 and looks at the clock.
  it.each([
    ['sync', 20],
    ['fd:3', 40],
    ['fd:4', 20],
    ['syscall:getppid', 60],
    ['syscall:getppid,fsync', 80],
    ['output', 20],
  ])('ends with --epoch %s as often as it says', async (rule, epochs) => {
    const { header, sizes } = await recorded(`files-${rule.replaceAll(',', '-')}`, [
      '--epoch',
      rule,
      '--',
      files,
      '20',
    ]);
    expect(header.epochs).toBe(epochs);
    // The pages of a round are all found, in whichever of its epochs.
    const perRound = epochs / 20;
    const rounds = Array.from({ length: 20 }, (_, round) => sizes.slice(round * perRound, (round + 1) * perRound));
    const total = (round: readonly number[] | undefined) => round?.reduce((sum, size) => sum + size, 0) ?? 0;
    expect(Math.min(...rounds.slice(1).map(total))).toBeGreaterThanOrEqual(3);
    expect(Math.max(...rounds.slice(2).map((round) => Math.max(...round)))).toBeLessThan(12);
  });
});

describe.skipIf(why !== '')('a program that is stopped and goes on while it is recorded', () => {
  it('stays stopped as long as it is told, and all its epochs are found', async () => {
    const program = spawn(pattern, ['1000000'], { stdio: 'ignore' });
    onTestFinished(() => void program.kill('SIGKILL'));
    const status = (key: string) =>
      new RegExp(`^${key}:\\s*(\\S+)`, 'm').exec(readFileSync(`/proc/${program.pid}/status`, 'utf8'))?.[1];
    const out = join(folder, 'stopped.trace.gz');
    const recorder = start(['record', '--pid', String(program.pid), '--epochs', '600', '--out', out], folder);
    await expect
      .poll(() => [recorder.process.exitCode, program.exitCode, status('TracerPid') !== '0'], {
        timeout: 60_000,
        interval: 5,
      })
      .toEqual([null, null, true]);
    for (let time = 0; time < 3; time++) {
      program.kill('SIGSTOP');
      const ticksIn = async (ms: number) => {
        const before = ticks(program.pid);
        await sleep(ms);
        return ticks(program.pid) - before;
      };
      // Its threads stop one after the other, as the recorder hears of them; then none of them goes on.
      await expect.poll(() => ticksIn(200)).toBe(0);
      expect(await ticksIn(500)).toBe(0);
      program.kill('SIGCONT');
      await sleep(50);
    }
    const { code } = await recorder.ended;
    expect(code).toBe(0);
    expect(loadRecording(out).header.epochs).toBe(600);
    expect(status('TracerPid')).toBe('0');
    expect(status('State')).not.toMatch(/^[Tt]$/);
  });

  it('may be stopped when the recording begins and when it ends', async () => {
    const program = spawn(pattern, ['1000000'], { stdio: 'ignore' });
    onTestFinished(() => void program.kill('SIGKILL'));
    const state = () => /^State:\s*(\S)/m.exec(readFileSync(`/proc/${program.pid}/status`, 'utf8'))?.[1];
    await sleep(200);
    program.kill('SIGSTOP');
    await expect.poll(state).toBe('T');
    const out = join(folder, 'idle.trace.gz');
    const { code, stderr } = await run(
      ['record', '--pid', String(program.pid), '--duration', '1s', '--out', out],
      folder,
    );
    expect(code).toBe(2);
    expect(stderr).toContain('nothing recorded: no epoch ended');
    expect(state()).toBe('T');
    program.kill('SIGCONT');
    await expect.poll(state).not.toBe('T');
  });
});

/** What of the processor a process has had, in ticks. */
function ticks(pid: number | undefined): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return Number(fields[11]) + Number(fields[12]);
}

const sql = ['create table numbers(n)', ...Array.from({ length: 5 }, (_, n) => `insert into numbers values(${n})`)];

describe.skipIf(whyNotSqlite !== '')('sqlite3', () => {
  const epochs = { kernel: 0, lackey: 0 };

  it('is recorded from sync to sync: some for each of its transactions', async () => {
    const { header, sizes } = await recorded('sqlite', [
      ...['--epoch', 'sync', '--', 'sqlite3', join(folder, 'kernel.db'), sql.join(';')],
    ]);
    epochs.kernel = header.epochs;
    expect(header.program).toBe('sqlite3');
    expect(header.epochs).toBeGreaterThanOrEqual(2 * sql.length);
    expect(Math.max(...sizes)).toBeGreaterThan(3);
  });

  it.skipIf(whyNotValgrind !== '')('has as many epochs under valgrind, with its stores', async () => {
    const { header, writes, said } = await recorded('valgrind', [
      ...['--with', 'lackey', '--epoch', 'sync', '--', 'sqlite3', join(folder, 'lackey.db'), sql.join(';')],
    ]);
    expect(header).toMatchObject({ program: 'sqlite3', epochs: epochs.kernel, way: "valgrind's lackey" });
    expect(writes.length).toBeGreaterThan(0);
    expect(said).toContain('has ended with exit code 0');
  });

  it.skipIf(whyNotValgrind !== '')('is ended by valgrind once there are the epochs that were asked for', async () => {
    const { header, said } = await recorded('few', [
      ...['--with', 'lackey', '--epochs', '3', '--skip', '2', '--epoch', 'sync'],
      ...['--', 'sqlite3', join(folder, 'few.db'), sql.join(';')],
    ]);
    expect(header.epochs).toBe(3);
    expect(said).toContain('was ended');
  });
});

describe('what valgrind cannot record is said in a line, and exits with 2', () => {
  it.each([
    [['--pid', '1'], '--with lackey has to start the program itself'],
    [['--epoch', 'interval:10ms', '--', 'true'], 'so an interval says nothing'],
    [['--', 'no-such-program'], "there is no program 'no-such-program' to run"],
  ])('%j', async (args, message) => {
    const { code, stderr } = await run(['record', '--with', 'lackey', '--out', join(folder, 'no.gz'), ...args], folder);
    expect(stderr).toContain(message);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(code).toBe(2);
  });

  it('a valgrind that is not there, with how to get it', async () => {
    const out = join(folder, 'no.gz');
    const args = ['record', '--with', 'lackey', '--out', out, '--', process.execPath, '--version'];
    const { code, stderr } = await start(args, folder, { ...process.env, PATH: folder }).ended;
    expect(stderr.trim()).toMatch(/there is no valgrind to run: install it \(apt-get install valgrind\), or record /);
    expect(code).toBe(2);
  });

  it('soft-dirty bits, which are not used', async () => {
    const { code, stderr } = await run(['record', '--with', 'soft-dirty', '--out', 'no.gz', '--', 'true'], folder);
    expect(stderr).toMatch(/--with soft-dirty.*leave --with out, or give --with lackey$/m);
    expect(code).toBe(2);
  });
});
