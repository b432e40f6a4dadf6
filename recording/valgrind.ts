import { type ChildProcess, spawn } from 'node:child_process';
import { Readable } from 'node:stream';
import { checkProgram } from './command.js';
import { LackeyReader } from './lackey.js';
import { LineSplitter } from './lines.js';
import type { RecordingPlan } from './plan.js';
import { RecordingError } from './problem.js';
import type { ReadEpochs } from './reader.js';
import type { RecordingListeners } from './session.js';

/** What was recorded of a program that ran under valgrind. */
export interface ValgrindRecorded {
  readonly read: ReadEpochs;
  readonly pid: number;
  readonly seconds: number;
  /** Whether it was ended by the recording (there was enough, its time was over, or it was aborted), not by itself. */
  readonly cut: boolean;
  /** How it ended. */
  readonly exit: { readonly code: number | null; readonly signal: NodeJS.Signals | null };
}

/** Lackey's words go to a descriptor of their own, apart from the program's output. */
const wordsDescriptor = 3;
const options = [
  '--tool=lackey',
  '--basic-counts=no',
  '--trace-mem=yes',
  '--trace-syscalls=yes',
  '--child-silent-after-fork=yes',
  `--log-fd=${wordsDescriptor}`,
];

const progressEveryMs = 500;
/** How long a program may take to end when it is asked to. */
const patienceMs = 5000;
/** When nothing came for so long after its exit, all has been read: its children may hold the pipe open, and print nothing. */
const quietMs = 200;

/**
 * Runs a command under valgrind's lackey and reads what that prints, to its end, or until there is enough; then the program is
 * ended, since valgrind cannot let go of it. When `signal` aborts, what was read until then is the recording.
 * @throws RecordingError if there is no valgrind, for what cannot be recorded with it, and for lines that lackey does not print.
 */
export async function recordWithLackey(
  { target, rule, limits, durationMs }: RecordingPlan,
  { signal, began, progress }: RecordingListeners,
): Promise<ValgrindRecorded> {
  if (target.kind === 'process') {
    throw new RecordingError('--with lackey has to start the program itself: give a command after --, not --pid');
  }
  if (rule.kind === 'interval') {
    throw new RecordingError(
      '--with lackey makes a program many times slower, so an interval says nothing: give output, sync, fd:N or syscall:NAME',
    );
  }
  checkProgram(target.command[0] ?? '');
  const reader = new LackeyReader("valgrind's lackey", rule, limits);
  const child = await startValgrind(target.command);
  const begin = performance.now();
  const ended = new Promise<ValgrindRecorded['exit']>((resolve) => {
    child.once('exit', (code, by) => resolve({ code, signal: by }));
  });
  const enough = new AbortController();
  const stop = () => enough.abort();
  const timers = [setInterval(() => progress(reader.progress), progressEveryMs)];
  if (durationMs !== null) timers.push(setTimeout(stop, durationMs));
  signal.addEventListener('abort', stop);
  if (signal.aborted) stop();
  try {
    began(child.pid ?? 0);
    await readUntil(child, reader, enough);
    const seconds = (performance.now() - begin) / 1000;
    const cut = enough.signal.aborted && child.exitCode === null && child.signalCode === null;
    if (enough.signal.aborted) await end(child, ended);
    return { read: reader.finish(), pid: child.pid ?? 0, seconds, cut, exit: await ended };
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  } finally {
    signal.removeEventListener('abort', stop);
    for (const timer of timers) clearTimeout(timer);
  }
}

function startValgrind(command: readonly string[]): Promise<ChildProcess> {
  const child = spawn('valgrind', [...options, '--', ...command], { stdio: ['inherit', 'inherit', 'inherit', 'pipe'] });
  return new Promise((resolve, reject) => {
    child.once('spawn', () => resolve(child));
    child.once('error', ({ message }) => {
      const remedy = 'install it (apt-get install valgrind), or record without --with lackey';
      const why = message.includes('ENOENT') ? 'there is no valgrind to run' : `valgrind cannot be run: ${message}`;
      reject(new RecordingError(`${why}: ${remedy}`));
    });
  });
}

/**
 * Reads what the child prints, until that ends or there is enough. Where its own children keep the pipe open, it ends when the child has
 * exited and nothing has come for `quietMs`. Where there is enough, a last line without an end is dropped: its end may be missing.
 */
async function readUntil(child: ChildProcess, reader: LackeyReader, enough: AbortController): Promise<void> {
  const words = wordsOf(child);
  const lines = new LineSplitter("valgrind's lackey", reader.line);
  const { signal } = enough;
  await new Promise<void>((resolve, reject) => {
    signal.addEventListener('abort', () => resolve());
    if (signal.aborted) resolve();
    words.on('error', reject);
    let quiet: NodeJS.Timeout | undefined;
    const finish = () => {
      clearTimeout(quiet);
      words.destroy();
      try {
        if (!signal.aborted) lines.end();
        resolve();
      } catch (error) {
        reject(error);
      }
    };
    words.on('end', finish);
    child.once('exit', () => {
      quiet = setTimeout(finish, quietMs);
    });
    // Also what comes once there is enough is taken, and dropped: valgrind could not end while it waits for room in the pipe.
    words.on('data', (chunk: Uint8Array) => {
      quiet?.refresh();
      if (signal.aborted) return;
      try {
        lines.push(chunk);
        if (reader.done) enough.abort();
      } catch (error) {
        reject(error);
      }
    });
  });
}

function wordsOf(child: ChildProcess): Readable {
  const words = child.stdio[wordsDescriptor];
  if (words instanceof Readable) return words;
  throw new Error('valgrind has no pipe to print to');
}

/** Ends a program, with violence if it does not do as it is asked. */
async function end(child: ChildProcess, ended: Promise<unknown>): Promise<void> {
  child.kill('SIGTERM');
  const late = setTimeout(() => child.kill('SIGKILL'), patienceMs);
  await ended;
  clearTimeout(late);
  // Its children may hold the pipe.
  wordsOf(child).destroy();
}
