import type { Progress } from '../measure/run.js';
import { ProgressBar } from './progress.js';

/** The user pressed Ctrl-C; what is finished is kept. */
class InterruptedError extends Error {
  override readonly name = 'InterruptedError';
}

/** A file that is written as its runs finish. */
interface Kept {
  close(): void;
}

/**
 * Measures into `file`, at `path`, with a progress bar, and closes it; Ctrl-C and SIGTERM end that through the signal.
 * @throws InterruptedError if it was ended so, and what `measure` throws.
 */
export async function measureUntilInterrupted<T>(
  path: string,
  file: Kept,
  measure: (signal: AbortSignal, progress: (progress: Progress) => void) => Promise<T>,
): Promise<T> {
  const interrupt = new AbortController();
  const onInterrupt = () => interrupt.abort();
  process.once('SIGINT', onInterrupt).once('SIGTERM', onInterrupt);
  const bar = new ProgressBar();
  try {
    return await measure(interrupt.signal, (progress) => bar.show(progress));
  } catch (error) {
    if (!interrupt.signal.aborted) throw error;
    throw new InterruptedError(`interrupted: what is finished is kept in ${path}; the same command goes on from there`);
  } finally {
    bar.stop();
    process.off('SIGINT', onInterrupt).off('SIGTERM', onInterrupt);
    file.close();
  }
}
