import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { moments } from '../../recording/inject.js';
import { compiled, folder, whyNot } from './program.js';

const why = whyNot();
if (why !== '') console.info(`skipped: killing a recorder that attaches: ${why}`);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A recorder is started for each moment. */
vi.setConfig({ testTimeout: 240_000 });

const recorder = fileURLToPath(new URL('./killed.js', import.meta.url));
/** What threads of the program do, and their places. */
const threads = [
  ['reading', 0],
  ['in nanosleep', 1],
  ['in poll', 2],
  ['computing', 5],
] as const;

describe.skipIf(why !== '')('a program whose recorder is killed while it attaches', () => {
  const steady = why === '' ? compiled('steady') : '';

  it.each(threads)('goes on as if nothing had been, with the thread that is %s used', async (_, index) => {
    const program = spawn(steady, [], { stdio: ['pipe', 'pipe', 'pipe'] });
    onTestFinished(() => void program.kill('SIGKILL'));
    const said = wordsOf(program);
    await said.next('ready');
    for (const moment of moments) {
      const { signal, status } = spawnSync(process.execPath, [recorder, String(program.pid), String(index), moment]);
      expect({ moment, signal, status }).toEqual({ moment, signal: 'SIGKILL', status: null });
      expect(`${moment}: ${leftBehind(program.pid)}`).toBe(`${moment}: `);
      program.stdin?.write('\n');
      expect(`${moment}: ${await said.next('right')}`).toContain('right');
    }
    program.stdin?.end();
    const [code] = await once(program, 'exit');
    expect({ code, complaints: said.complaints }).toEqual({ code: 0, complaints: '' });
  });

  it('is still stopped if it was before, however often, and finishes all once it goes on', async () => {
    const program = spawn(steady, [], { stdio: ['pipe', 'pipe', 'pipe'] });
    onTestFinished(() => void program.kill('SIGKILL'));
    const said = wordsOf(program);
    await said.next('ready');
    program.kill('SIGSTOP');
    await expect.poll(() => states(program.pid)).toEqual(['T']);
    for (const moment of moments) {
      const { signal } = spawnSync(process.execPath, [recorder, String(program.pid), '0', moment]);
      expect({ moment, signal }).toEqual({ moment, signal: 'SIGKILL' });
      await expect.poll(() => states(program.pid), { message: moment }).toEqual(['T']);
    }
    program.kill('SIGCONT');
    program.stdin?.end();
    const [code] = await once(program, 'exit');
    expect({ code, complaints: said.complaints }).toEqual({ code: 0, complaints: '' });
  });
});

/** What a recorder must not leave: a trace, protected memory. */
function leftBehind(pid: number | undefined): string {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const smaps = readFileSync(`/proc/${pid}/smaps`, 'utf8');
  return [/^TracerPid:\t0$/m.test(status) ? '' : 'traced', /^VmFlags:.* u[wm]\b/m.test(smaps) ? 'watched' : ''].join(
    '',
  );
}

/** In which states the threads of a process are. */
function states(pid: number | undefined): string[] {
  const of = (thread: string) => /\) (\S)/.exec(readFileSync(`/proc/${pid}/task/${thread}/stat`, 'utf8'))?.[1] ?? '';
  return [...new Set(readdirSync(`/proc/${pid}/task`).map(of))];
}

/** What a program prints, line by line; what it complains of is kept. */
function wordsOf(program: ChildProcess) {
  const { stdout, stderr } = program;
  if (stdout === null || stderr === null) throw new Error('the program needs pipes');
  const lines = createInterface(stdout)[Symbol.asyncIterator]();
  const words = {
    complaints: '',
    async next(start: string): Promise<string> {
      const { value } = await lines.next();
      return typeof value === 'string' && value.startsWith(start) ? value : `${value}, ${words.complaints}`;
    },
  };
  stderr.on('data', (chunk: Buffer) => {
    words.complaints += chunk.toString();
  });
  return words;
}
