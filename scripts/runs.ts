import type { Progress } from '../replication/runs/plan.js';
import { type AnyRun, RunsFile, type RunsFormat } from '../results/runs.js';
import { measureUntilInterrupted } from './interrupted.js';

/** What is said of a run before it begins. */
interface RunsHeader {
  readonly points: readonly unknown[];
  readonly guestNote: string;
  readonly unavailable: readonly { mode: string; why: string; remedy: string }[];
}

/** What dirtybench is run with, for processes of its own. */
export function ownCommand(): string[] {
  return [process.execPath, process.argv[1] ?? ''];
}

/**
 * Measures into a file of runs, with a progress bar; what the file already holds of the same run is not measured again.
 * @throws InterruptedError on Ctrl-C, ResultsError, and what `measure` throws.
 */
export async function measureRunsInto<H extends RunsHeader, R extends AnyRun>(
  path: string,
  format: RunsFormat<H, R>,
  header: H,
  measure: (file: RunsFile<R>, signal: AbortSignal, progress: (progress: Progress) => void) => Promise<void>,
): Promise<void> {
  for (const { mode, why, remedy } of header.unavailable) say(`left out: ${mode}: ${why}; what helps: ${remedy}`);
  say(`guest: ${header.guestNote}`);
  const file = RunsFile.open(path, format, header);
  if (file.held.length > 0) say(`going on after ${file.held.length} finished runs`);
  await measureUntilInterrupted(path, file, (signal, progress) => measure(file, signal, progress));
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}
