import { spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { loadRecording } from '../../workloads/library.js';
import { run, runHere, start } from '../scripts/command.js';
import { compiled, folder, pattern, whyNot } from './program.js';

const why = whyNot();
if (why !== '') console.info(`skipped: recording a program: ${why}`);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.skipIf(why !== '')('a program with a known pattern', () => {
  it('becomes a trace that can be measured, from its start to its end', async () => {
    const out = join(folder, 'whole.trace.gz');
    const { code, stderr } = await run(['record', '--out', out, '--', pattern, '50'], folder);
    expect(stderr).toContain('has ended with exit code 0');
    expect(code).toBe(0);
    const { header, starts } = loadRecording(out);
    expect(header).toMatchObject({ program: 'pattern', epochs: 51, way: 'ptrace, userfaultfd and PAGEMAP_SCAN' });
    // A line that it prints, and fifty replies.
    expect(starts.length).toBe(52);
    const measured = ['measure', '--workload', `trace:${out}`, '--tracker', 'flag-queue', '--memory', '128M'];
    expect((await runHere([...measured, '--dry-run'], folder)).code).toBe(0);
  });

  it('lives on unwatched when the recorder is killed, and can be recorded again', async () => {
    const child = spawn(pattern, ['1000000'], { stdio: 'ignore' });
    try {
      for (let i = 0; i < 3; i++) {
        const recorder = start(['record', '--pid', String(child.pid), '--out', join(folder, `${i}.trace.gz`)], folder);
        await expect.poll(() => isTraced(child.pid), { interval: 5 }).toBe(true);
        await sleep(50 * i);
        recorder.process.kill('SIGKILL');
        await recorder.ended;
        await sleep(50);
        expect(readFileSync(`/proc/${child.pid}/status`, 'utf8')).toMatch(/^TracerPid:\t0$/m);
        expect(readFileSync(`/proc/${child.pid}/smaps`, 'utf8')).not.toMatch(/^VmFlags:.* uw/m);
        expect(child.exitCode).toBe(null);
      }
      const out = join(folder, 'again.trace.gz');
      const { code } = await run(['record', '--pid', String(child.pid), '--epochs', '20', '--out', out], folder);
      expect(code).toBe(0);
      expect(loadRecording(out).header.epochs).toBe(20);
    } finally {
      child.kill('SIGKILL');
    }
  });

  it('is recorded until Ctrl-C, and what there is by then is kept', async () => {
    const child = spawn(pattern, ['1000000'], { stdio: 'ignore' });
    try {
      const out = join(folder, 'interrupted.trace.gz');
      const recorder = start(['record', '--pid', String(child.pid), '--epoch', 'interval:5ms', '--out', out], folder);
      await expect.poll(() => isTraced(child.pid)).toBe(true);
      await sleep(1000);
      recorder.process.kill('SIGINT');
      const { code, stdout } = await recorder.ended;
      expect(code).toBe(0);
      expect(stdout).toContain('runs on by itself');
      expect(loadRecording(out).header.epochs).toBeGreaterThan(1);
      expect(existsSync(`${out}.partial`)).toBe(false);
    } finally {
      child.kill('SIGKILL');
    }
  });
});

describe.skipIf(why !== '')('a program of another kind', () => {
  it('is let go though its first thread has ended', async () => {
    const args = ['--duration', '300ms', '--out', join(folder, 'zombie.trace.gz'), '--', compiled('zombie')];
    const { code, stderr } = await run(['record', ...args], folder);
    expect({ code, stderr }).toMatchObject({ code: 0, stderr: expect.stringContaining('runs on by itself') });
  });

  it('is recorded with a heap that it had not yet when the recording began', async () => {
    const child = spawn(compiled('heap'), { stdio: ['pipe', 'ignore', 'ignore'] });
    const out = join(folder, 'heap.trace.gz');
    const recorder = start(['record', '--pid', String(child.pid), '--out', out], folder);
    await new Promise<void>((resolve) => {
      recorder.process.stderr?.on('data', (text: Buffer) => {
        if (text.includes('recording ')) resolve();
      });
    });
    child.stdin.end();
    expect((await recorder.ended).code).toBe(0);
    const { starts } = loadRecording(out);
    const sizes = Array.from(starts.subarray(1), (end, index) => end - (starts[index] ?? 0));
    expect(sizes.length).toBeGreaterThan(90);
    expect(Math.min(...sizes)).toBeGreaterThanOrEqual(20);
  });
});

describe('what cannot be recorded is said in a line, and exits with 2', () => {
  it.each([
    [['--pid', '4194300'], 'there is no process 4194300'],
    [['--', 'no-such-program'], "there is no program 'no-such-program' to run"],
    [['--epoch', 'never', '--', 'true'], "'never' ends no epoch"],
    [['--epoch', 'syscall:fsink', '--', 'true'], "'fsink' is no system call"],
    [[], 'nothing to record: give --pid PID, or a command after --'],
  ])('%j', async (args, message) => {
    const { code, stderr } = await runHere(['record', '--out', join(folder, 'none.trace.gz'), ...args], folder);
    expect(stderr).toContain(message);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(code).toBe(2);
  });
});

it('a folder for the report that holds something is refused before anything is recorded', async () => {
  const out = join(folder, 'unreported.trace.gz');
  const { code, stderr } = await runHere(['record', '--report', '.', '--out', out, '--', 'true'], folder);
  expect(stderr).toMatch(/--report \. is a folder that holds something: name another, or add --force$/m);
  expect(code).toBe(2);
});

function isTraced(pid: number | undefined): boolean {
  return !/^TracerPid:\t0$/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
}
