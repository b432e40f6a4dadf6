import { type ChildProcess, fork } from 'node:child_process';
import { setMaxListeners } from 'node:events';
import { fileURLToPath } from 'node:url';
import { measurementIn, type RunRound } from './isolate.js';
import type { LaneAnswer, LaneReply, LaneRequest } from './lane-process.js';
import { RoundFailure } from './problem.js';
import type { RoundTask } from './round.js';
import { summarise } from './timing.js';
import type { RoundOutcome } from './worker.js';

const entry = fileURLToPath(new URL('./lane-process.js', import.meta.url));

/**
 * Processes that run rounds, one at a time each. Guests that are measured at once are in different processes, so that none
 * waits for the lock of another's memory map or answers its TLB shootdowns: as threads of one process, guests on
 * userfaultfd came out up to nine times too slow.
 */
export class Lanes {
  readonly #idle: Lane[] = [];

  /**
   * Runs a round in a process in which no other round runs meanwhile, with the other guests of its point beside it.
   * @throws WrongSetError if the tracker lost a page; RoundFailure if the kernel refused or the process ended; an
   * AbortError if the signal says so.
   */
  readonly runRound: RunRound = async (task, signal) => {
    signal.throwIfAborted();
    const outcome = task.point.guests === undefined ? await this.#alone(task, signal) : await together(task, signal);
    return summarise(measurementIn(outcome, task));
  };

  async #alone(task: RoundTask, signal: AbortSignal): Promise<RoundOutcome> {
    const lane = this.#takeIdle() ?? new Lane();
    const outcome = await lane.run(task, signal).catch((error: unknown) => {
      lane.kill();
      throw error;
    });
    this.#idle.push(lane);
    return outcome;
  }

  /** One that has ended meanwhile, killed for its memory or by a user, is left out. */
  #takeIdle(): Lane | undefined {
    let lane = this.#idle.pop();
    while (lane?.hasEnded) lane = this.#idle.pop();
    return lane;
  }

  /** Ends the processes; no round may be running. */
  close(): void {
    for (const lane of this.#idle.splice(0)) lane.close();
  }
}

/**
 * Runs a round while the other guests of its point write and are collected too, in its own process or each in one of its own. All
 * those processes end with it.
 */
async function together(task: RoundTask, signal: AbortSignal): Promise<RoundOutcome> {
  const { guests = 1, oneProcess } = task.point;
  const lane = new Lane();
  const others = oneProcess ? [lane] : Array.from({ length: guests - 1 }, () => new Lane());
  const each = (guests - 1) / others.length;
  const unwanted = new AbortController();
  const stop = AbortSignal.any([signal, unwanted.signal]);
  setMaxListeners(guests + 1, stop);
  try {
    const begun = await Promise.all(
      others.map((other, index) =>
        other.accompany({ kind: 'accompany', task, first: index * each, count: each }, stop),
      ),
    );
    for (const reply of begun) if (reply.kind !== 'accompanied') return reply;
    // One of the others answers no more, unless it fails: then that is what came of the round.
    const failing = others.filter((other) => other !== lane).map((other) => other.outcome(stop));
    return await Promise.race([lane.run(task, stop), ...failing]);
  } finally {
    unwanted.abort();
    for (const one of new Set([lane, ...others])) one.kill();
  }
}

/** One process for rounds. It is of no more use once `run` has thrown. */
class Lane {
  readonly #process: ChildProcess = fork(entry, { serialization: 'advanced', execArgv: [] });

  get hasEnded(): boolean {
    return this.#process.exitCode !== null || this.#process.signalCode !== null;
  }

  run(task: RoundTask, signal: AbortSignal): Promise<RoundOutcome> {
    const outcome = this.outcome(signal);
    this.#send({ kind: 'round', task });
    return outcome;
  }

  /** Has guests beside a round. @returns `accompanied` when they are warm, or what one of them failed with. */
  accompany(request: LaneRequest & { readonly kind: 'accompany' }, signal: AbortSignal): Promise<LaneAnswer> {
    const answer = this.#next(signal);
    this.#send(request);
    return answer;
  }

  /** A process that cannot be told any more is about to be seen to end: that is what comes of its round. */
  #send(request: LaneRequest): void {
    this.#process.send(request, () => {});
  }

  /** What comes of a round next. */
  async outcome(signal: AbortSignal): Promise<RoundOutcome> {
    const answer = await this.#next(signal);
    if (answer.kind === 'accompanied') throw new Error('a process for rounds answered what it was not asked');
    return answer;
  }

  #next(signal: AbortSignal): Promise<LaneAnswer> {
    const child = this.#process;
    return new Promise((resolve, reject) => {
      const settle = (settled: () => void) => {
        signal.removeEventListener('abort', onAbort);
        child.off('message', onReply).off('exit', onExit).off('error', onError);
        settled();
      };
      const onReply = (reply: LaneReply) =>
        settle(() => (reply.kind === 'broken' ? reject(new Error(reply.message)) : resolve(reply)));
      const onExit = (code: number | null, cause: NodeJS.Signals | null) =>
        settle(() => reject(new RoundFailure(`the process of a round ended with ${cause ?? `exit code ${code}`}`)));
      const onError = (error: Error) => settle(() => reject(error));
      const onAbort = () => settle(() => reject(signal.reason));
      signal.addEventListener('abort', onAbort, { once: true });
      child.on('message', onReply).on('exit', onExit).on('error', onError);
    });
  }

  /** Ends the process, which runs no round; it may have ended by itself. */
  close(): void {
    if (this.#process.connected) this.#process.disconnect();
  }

  /** Ends the process, whatever it does. */
  kill(): void {
    this.#process.kill('SIGKILL');
  }
}
