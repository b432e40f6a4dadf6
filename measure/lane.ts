import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { measurementIn, type RunRound } from './isolate.js';
import type { LaneReply } from './lane-process.js';
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
   * Runs a round in a process in which no other round runs meanwhile.
   * @throws WrongSetError if the tracker lost a page; RoundFailure if the kernel refused or the process ended; an
   * AbortError if the signal says so.
   */
  readonly runRound: RunRound = async (task, signal) => {
    signal.throwIfAborted();
    const lane = this.#idle.pop() ?? new Lane();
    const outcome = await lane.run(task, signal).catch((error: unknown) => {
      lane.kill();
      throw error;
    });
    this.#idle.push(lane);
    return summarise(measurementIn(outcome, task));
  };

  /** Ends the processes; no round may be running. */
  close(): void {
    for (const lane of this.#idle.splice(0)) lane.close();
  }
}

/** One process for rounds. It is of no more use once `run` has thrown. */
class Lane {
  readonly #process: ChildProcess = fork(entry, { serialization: 'advanced', execArgv: [] });

  run(task: RoundTask, signal: AbortSignal): Promise<RoundOutcome> {
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
      child.send(task);
    });
  }

  /** Ends the process, which runs no round. */
  close(): void {
    this.#process.disconnect();
  }

  /** Ends the process, whatever it does. */
  kill(): void {
    this.#process.kill('SIGKILL');
  }
}
