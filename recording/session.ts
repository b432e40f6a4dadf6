import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { pageBytes } from '../base/size.js';
import { KernelError } from '../kernel/error.js';
import { ForeignPagemap } from '../kernel/foreign-pagemap.js';
import { Mapping } from '../kernel/memory.js';
import { Userfaultfd } from '../kernel/userfaultfd.js';
import { Control, keepNudging, type RecordingProgress } from './control.js';
import { type Pace, paceBetween, readProgress } from './pace.js';
import type { FromThread, Recorded, RecordingPlan, ThreadPlan } from './plan.js';
import { RecordingError } from './problem.js';

/**
 * Records a program in a thread of its own. `began` is told its process once it is watched, `progress` is told a few times a
 * second how far it is; when `signal` aborts, what was recorded until then is the recording.
 * @throws RecordingError, KernelError if the program cannot be recorded here.
 */
export async function record(plan: RecordingPlan, { signal, began, progress }: RecordingListeners): Promise<Recorded> {
  checkKernel();
  const control = new Control();
  const stopNudging = keepNudging(control);
  const timers: NodeJS.Timeout[] = [setInterval(() => progress(control.progress), progressEveryMs)];
  const stop = () => control.askStop();
  signal.addEventListener('abort', stop);
  if (signal.aborted) stop();
  const { target, durationMs, rule, aloneMs } = plan;
  try {
    const before = target.kind === 'process' ? await paceAlone(target.pid, aloneMs, signal) : null;
    const recorded = await inThread({ ...threadPlan(plan), words: control.words }, (pid) => {
      began(pid);
      if (durationMs !== null) timers.push(setTimeout(stop, durationMs));
      if (rule.kind === 'interval') timers.push(setInterval(() => control.askTick(), rule.ms));
    });
    const after = recorded.exit === null ? await paceAlone(recorded.pid, aloneMs, null) : null;
    return { ...recorded, paces: { ...recorded.paces, before, after } };
  } finally {
    signal.removeEventListener('abort', stop);
    for (const timer of timers) clearTimeout(timer);
    stopNudging();
  }
}

/** Who is told how a recording goes. */
export interface RecordingListeners {
  readonly signal: AbortSignal;
  readonly began: (pid: number) => void;
  readonly progress: (progress: RecordingProgress) => void;
}

const progressEveryMs = 500;

/** The pace of a process that is left to itself for a while; null if it is not to be seen, or the signal cuts that short. */
async function paceAlone(pid: number, ms: number, signal: AbortSignal | null): Promise<Pace | null> {
  if (ms === 0 || signal?.aborted) return null;
  const from = readProgress(pid);
  await sleep(ms, undefined, signal === null ? {} : { signal }).catch(() => {});
  return signal?.aborted ? null : paceBetween(from, readProgress(pid));
}

function threadPlan({ target, rule, limits }: RecordingPlan) {
  return { target, rule, limits };
}

function inThread(plan: ThreadPlan, began: (pid: number) => void): Promise<Recorded> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./worker.js', import.meta.url), { workerData: plan, execArgv: [] });
    worker.on('message', (message: FromThread) => {
      switch (message.kind) {
        case 'recording':
          began(message.pid);
          break;
        case 'ended':
          resolve(message.recorded);
          break;
        case 'failed':
          reject(errorOf(message));
          break;
      }
    });
    worker.on('error', reject);
    worker.on('exit', () => reject(new Error('the recording thread ended without a word')));
  });
}

/** An error of the other thread: those that are the user's to mend are told by their names. */
function errorOf({ name, message, stack }: { name: string; message: string; stack: string }): Error {
  const error = name === 'RecordingError' || name === 'KernelError' ? new RecordingError(message) : new Error(message);
  error.stack = stack;
  return error;
}

/** Tries what a recording needs of the kernel on a page of our own. @throws RecordingError if it does not work. */
function checkKernel(): void {
  try {
    const page = Mapping.anonymous(pageBytes);
    try {
      const faults = Userfaultfd.open(page, 'pass');
      const pagemap = ForeignPagemap.open(process.pid);
      pagemap.takeWritten(page.address, page.address + pageBytes, () => {});
      pagemap.close();
      faults.close();
    } finally {
      page.close();
    }
  } catch (error) {
    if (!(error instanceof KernelError)) throw error;
    throw new RecordingError(`programs cannot be recorded here: ${error.message}`);
  }
}
