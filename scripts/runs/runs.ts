import type { Progress } from '../../measure/run.js';
import { type AnyRun, type Runs, RunsFile, type RunsFormat } from '../../results/runs.js';
import { isStream } from '../../results/stream.js';
import { keptIn, measureUntilInterrupted } from '../terminal/interrupted.js';
import { quote } from '../terminal/quote.js';

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

/** Where rounds are now, and the command that makes a report of them, as lines to print. */
export function endOf(rounds: number, path: string, kind: 'transactions' | 'migrations'): string {
  if (isStream(path)) return `${rounds} rounds\n`;
  return `${rounds} rounds are in ${path}\nreport: dirtybench report --${kind} ${quote(path)}\n`;
}

/**
 * Measures into a file of runs, with a progress bar; what the file already holds of the same run is not measured again.
 * @throws InterruptedError on Ctrl-C, ResultsError, and what `measure` throws.
 */
export async function measureRunsInto<H extends RunsHeader, R extends AnyRun>(
  path: string,
  format: RunsFormat<H, R>,
  header: H,
  measure: (file: RunsFile<H, R>, signal: AbortSignal, progress: (progress: Progress) => void) => Promise<void>,
): Promise<Runs<H, R>> {
  for (const { mode, why, remedy } of header.unavailable) say(`left out: ${mode}: ${why}; what helps: ${remedy}`);
  say(`guest: ${header.guestNote}`);
  const file = new RunsFile(path, format, header);
  const { warnings } = file.held;
  for (const warning of warnings) say(warning);
  if (file.held.runs.length > 0) say(`going on after ${file.held.runs.length} finished rounds`);
  await measureUntilInterrupted(keptIn(path), file, (signal, progress) => measure(file, signal, progress));
  return { header, runs: file.runs, warnings };
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}
