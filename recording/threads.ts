import { readdirSync, readFileSync } from 'node:fs';
import { KernelError } from '../kernel/error.js';
import { ownThread } from '../kernel/foreign-faults.js';
import { interrupt, type Stop, seize, waitForThread } from '../kernel/tracee.js';
import type { MemoryCall } from './changes.js';
import { RecordingError } from './problem.js';

/** A thread under trace. */
export interface TracedThread {
  /** In the kernel, so that it cannot write before it stops again. */
  inside: boolean;
  /** The memory call that it is in. */
  call: MemoryCall | null;
}

/** Threads of a process that are alive. @throws RecordingError if there is no such process. */
function threadsOf(pid: number): number[] {
  let threads: number[];
  try {
    threads = readdirSync(`/proc/${pid}/task`).map(Number);
  } catch {
    throw new RecordingError(`there is no process ${pid}: look for it with pgrep -a NAME`);
  }
  return threads.filter((thread) => isAlive(pid, thread));
}

/** False of one that has ended since it was listed, too. */
function isAlive(pid: number, thread: number): boolean {
  try {
    return !/^\d+ \(.*\) [ZX]/s.test(readFileSync(`/proc/${pid}/task/${thread}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

/** A number in the status of a process, as `Tgid`; null if the process is gone. */
export function statusNumber(pid: number, key: string): number | null {
  try {
    const found = new RegExp(`^${key}:\\s*(\\d+)`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
    return found === null ? null : Number(found[1]);
  } catch {
    return null;
  }
}

/**
 * Attaches to all threads of a process and waits until all of them stand still.
 * @returns what each was found at.
 * @throws RecordingError if there is no such process, this user may not, or it is traced already.
 */
export function attach(pid: number): Stop[] {
  const attached = new Set<number>();
  const stops: Stop[] = [];
  for (;;) {
    const fresh = threadsOf(pid).filter((thread) => !attached.has(thread));
    if (fresh.length === 0) {
      if (stops.some(({ kind }) => kind !== 'exited')) return stops;
      throw new RecordingError(`process ${pid} has ended`);
    }
    for (const thread of fresh) {
      attached.add(thread);
      if (seizeThread(pid, thread) && interrupt(thread)) stops.push(waitForThread(thread));
    }
  }
}

/** False if the thread is gone, or was attached to with the one that made it. */
function seizeThread(pid: number, thread: number): boolean {
  try {
    seize(thread);
    return true;
  } catch (error) {
    if (!(error instanceof KernelError)) throw error;
    if (error.errno === 'ESRCH') return false;
    const tracer = statusNumber(thread, 'TracerPid');
    if (tracer === ownThread()) return true;
    throw new RecordingError(refusal(pid, tracer));
  }
}

function refusal(pid: number, tracer: number | null): string {
  if (tracer !== null && tracer !== 0) {
    return `process ${pid} is traced by process ${tracer} already: end that (a debugger, strace or another recording) first`;
  }
  return (
    `this user may not trace process ${pid}: run as its owner or as root; where kernel.yama.ptrace_scope is 1, ` +
    `let dirtybench start it (record ... -- COMMAND), and in a container allow ptrace`
  );
}
