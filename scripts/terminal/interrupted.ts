import { exitCodes, UserError } from '../../base/usererror.js';
import type { Progress } from '../../measure/run.js';
import { isStream } from '../../results/stream.js';
import { ProgressBar } from './progress.js';

/** The user pressed Ctrl-C, or ended the run in another way; what is finished is kept. */
export class InterruptedError extends UserError {
  override readonly name = 'InterruptedError';
  override readonly exitCode = exitCodes.interrupted;
}

/** Ctrl-C and SIGTERM, turned into a signal until `end`. */
interface Interruption {
  readonly signal: AbortSignal;
  /**
   * Ends a run that was interrupted. `rest` goes on in its message after `interrupted: `: what became of what is finished.
   * @throws InterruptedError if there was Ctrl-C or SIGTERM.
   */
  insistUninterrupted(rest: string): void;
  end(): void;
}

/** Listens for Ctrl-C and SIGTERM from now on. */
export function interruption(): Interruption {
  const controller = new AbortController();
  const onInterrupt = () => controller.abort();
  process.once('SIGINT', onInterrupt).once('SIGTERM', onInterrupt);
  return {
    signal: controller.signal,
    insistUninterrupted(rest) {
      if (controller.signal.aborted) throw new InterruptedError(`interrupted: ${rest}`);
    },
    end() {
      process.off('SIGINT', onInterrupt).off('SIGTERM', onInterrupt);
    },
  };
}

/** A file that is written as its runs finish. */
interface Closable {
  close(): void;
}

/** What the user is told of the finished rounds when a run into the file at `path` is interrupted. */
export function keptIn(path: string): string {
  return isStream(path)
    ? 'what is finished is written'
    : `what is finished is kept in ${path}; the same command goes on from there`;
}

/**
 * Measures into `file` with a progress bar, and closes it. Ctrl-C and SIGTERM abort the signal that `measure` gets, which is to reject
 * then, with whatever error: where it returns all the same, it has measured all, and nothing was interrupted. `kept`: what the user is
 * told of the finished rounds, as `keptIn` says it.
 * @throws InterruptedError if `measure` rejects after the signal was aborted; before that, what it rejects with.
 */
export async function measureUntilInterrupted<T>(
  kept: string,
  file: Closable,
  measure: (signal: AbortSignal, progress: (progress: Progress) => void) => Promise<T>,
): Promise<T> {
  const interrupt = interruption();
  const bar = new ProgressBar();
  try {
    return await measure(interrupt.signal, (progress) => bar.show(progress));
  } catch (error) {
    interrupt.insistUninterrupted(kept);
    throw error;
  } finally {
    bar.stop();
    interrupt.end();
    file.close();
  }
}
