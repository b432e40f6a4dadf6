import { median } from 'simple-statistics';
import { usableCores } from '../../base/machine.js';
import { exitCodes, UserError } from '../../base/usererror.js';
import type { RunRound } from '../../measure/isolate.js';
import { Lanes } from '../../measure/lane.js';
import { UsageError } from '../../measure/problem.js';
import { workersWithRoom } from '../../measure/room.js';
import { measure, type RunSettings } from '../../measure/run.js';
import { WrongSetError } from '../../measure/wrong-set.js';
import { ResultsFile } from '../../results/file.js';
import type { Header, Isolation, Results } from '../../results/schema.js';
import type { NamedExpansion } from '../options/axes.js';
import { keptIn, measureUntilInterrupted } from '../terminal/interrupted.js';
import { quote } from '../terminal/quote.js';

/** More rounds at once than this on each core only wait for each other. */
const mostRoundsPerCore = 8;

/** Reads `--concurrency`. @throws UsageError */
export function parseConcurrency(text: string | undefined): number {
  if (text === undefined) return usableCores();
  const workers = Number(text);
  if (!Number.isInteger(workers) || workers < 1) {
    throw new UsageError(`--concurrency '${text}' is not a whole number from 1 up`);
  }
  const cores = usableCores();
  const most = mostRoundsPerCore * cores;
  if (workers > most) say(`--concurrency ${text}: cores that may be used here: ${cores}; using ${most}`);
  return Math.min(workers, most);
}

/** What the user typed, to be typed again. */
export function typedCommand(): string {
  return ['dirtybench', ...process.argv.slice(2).map(quote)].join(' ');
}

/** Some points could not be measured; all else was. */
export class IncompleteError extends UserError {
  override readonly name = 'IncompleteError';
  override readonly exitCode = exitCodes.incomplete;
}

/** @throws IncompleteError if there was any failure. */
export function insistComplete(failures: readonly string[]): void {
  const [first] = failures;
  if (first === undefined) return;
  const more = failures.length === 1 ? '' : ` (and ${failures.length - 1} more)`;
  throw new IncompleteError(`not measured: ${first}${more}; the same command tries again`);
}

/** @throws IncompleteError if anything that was asked for by name cannot be measured. */
export function insistAvailable({ refused }: Pick<NamedExpansion, 'refused'>): void {
  if (refused.length > 0)
    throw new IncompleteError(refused.map((line) => `not measured: ${line}`).join('\ndirtybench: '));
}

/**
 * Says which trackers a profile or a group has that do not work on this machine, in a line. Nothing where something that was asked for by
 * name is refused: `insistAvailable` says that at the end, and what else does not work is then not told.
 */
export function sayLeftOut({ unavailable, refused }: Pick<NamedExpansion, 'unavailable' | 'refused'>): void {
  if (refused.length > 0 || unavailable.length === 0) return;
  const names = unavailable.map(({ tracker }) => tracker).join(', ');
  say(`left out, since they do not work on this machine (\`dirtybench list\` says why): ${names}`);
}

/** What came of a run. */
interface Measured {
  readonly results: Results;
  readonly failures: readonly string[];
}

/** What a user is told of the results of a run that does not end well. */
export interface Whereabouts {
  /** Where the finished rounds are, if the run is interrupted: goes on in the message after `interrupted: `. */
  readonly interrupted: string;
  /** Where the rounds of all other points are, if a tracker found wrong pages: a line of its own after what it found. */
  readonly wrongSet: string;
}

/** How a run is measured, where that is not the usual way. */
interface MeasuringWay {
  /** How a round is run, if not in this build alone. */
  readonly runRound?: RunRound | undefined;
  /** How many rounds each point is to have, if not what the header says; see `RunSettings`. */
  readonly wanted?: RunSettings['wanted'];
  /** Where the results are, if the same command does not go on with them. */
  readonly whereabouts?: Whereabouts;
}

/**
 * Measures into a results file, with a progress bar; what the file already holds of the same run is not measured again.
 * @returns what was measured, and what the kernel refused, a line for each point that is not measured
 * @throws InterruptedError on Ctrl-C, UsageError, ResultsError; WrongSetError, at the end, if a tracker found wrong pages.
 */
export async function measureInto(
  path: string,
  header: Header,
  concurrency: number,
  { runRound, wanted, whereabouts = whereaboutsOf(path) }: MeasuringWay = {},
): Promise<Measured> {
  const workers = workersWithRoom(header.points, concurrency);
  if (workers < concurrency) say(`memory has room for ${workers} of ${concurrency} workers: using ${workers}`);
  const file = new ResultsFile(path, header);
  for (const warning of file.held.warnings) say(warning);
  if (file.held.rounds.length > 0) say(`${path} holds ${file.held.rounds.length} finished rounds: going on from there`);

  const failures: string[] = [];
  const wrongSets: string[] = [];
  const lanes = new Lanes();
  await measureUntilInterrupted(whereabouts.interrupted, file, (signal, progress) =>
    measure(
      file,
      { workers, runRound: runRound ?? lanes.runRound, wanted, signal },
      {
        isolation: sayIsolation,
        progress,
        failure: ({ message }) => failures.push(message),
        wrongSet: ({ message }) => wrongSets.push(message),
      },
    ).finally(() => lanes.close()),
  );
  if (wrongSets.length > 0) {
    // Otherwise the caller says them.
    for (const failure of failures) say(`not measured: ${failure}`);
    throw new WrongSetError(`${wrongSets.join('\ndirtybench: ')}\n${whereabouts.wrongSet}`);
  }
  return { results: file.results, failures };
}

function whereaboutsOf(path: string): Whereabouts {
  return { interrupted: keptIn(path), wrongSet: `all other points are measured and in ${path}` };
}

function sayIsolation({ tracker, measured, why, workers, ...samples }: Isolation): void {
  const { aloneNs, besideNs, aloneRunNs = [], besideRunNs = [] } = samples;
  if (measured === 'beside') return;
  if (why === 'not checked') {
    say(`${tracker} is measured alone: the point was given up at which it was to be compared alone and beside others`);
    return;
  }
  const [what, beside, alone] =
    why === 'run differs' ? [`the guest of ${tracker}`, besideRunNs, aloneRunNs] : [tracker, besideNs, aloneNs];
  const percent = (median(beside) / median(alone) - 1) * 100;
  const differs = `${Math.abs(percent).toFixed(0)} % ${percent < 0 ? 'less time' : 'longer'}`;
  say(`${what} takes ${differs} with ${workers} rounds measured at once: it is measured alone`);
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}
