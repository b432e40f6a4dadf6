import { usableCores } from '../base/machine.js';
import { expand } from '../measure/expansion.js';
import { makeHeader } from '../measure/header.js';
import { Lanes } from '../measure/lane.js';
import { loadSweepModules } from '../measure/modules.js';
import { UsageError } from '../measure/problem.js';
import { workersWithRoom } from '../measure/room.js';
import { measure as measureFile, type Progress } from '../measure/run.js';
import { parseSweep, type SweepInput } from '../measure/sweep.js';
import { WrongSetError } from '../measure/wrong-set.js';
import { ResultsFile } from '../results/file.js';
import type { Results } from '../results/schema.js';

/** How a program measures; see `measure`. */
export interface MeasureOptions {
  /** Path of the results file. What it already holds of the same run is not measured again. */
  readonly out: string;
  /**
   * Most rounds measured at once; fewer where memory has no room for so many. A tracker that takes longer beside others than alone
   * is measured alone all the same. Default: the number of cores that this process may use.
   */
  readonly concurrency?: number;
  /** Ends the run; what is finished stays in the file. */
  readonly signal?: AbortSignal;
  /** False: the machine's name is left out of the file; default true. */
  readonly hostName?: boolean;
  /** Called before the first round, and after each; not at all if the file holds every round already. */
  readonly onProgress?: (progress: Progress) => void;
}

/** What came of a run. */
export interface Measured {
  readonly results: Results;
  /**
   * Points that the kernel, or a module, refused while they were measured: a line for each; all others are measured. What cannot be
   * measured here at all is not among them, but listed in the results' header, as `unavailable` and `skipped`.
   */
  readonly refused: readonly string[];
}

/**
 * Measures sweeps, as `dirtybench measure` does, into a results file. A tracker or workload of one's own is named by the
 * path of its module (`./mine.js`), from the current folder: rounds run in processes of their own, which load it there.
 * @throws a UserError, which says in a line what is wrong: a UsageError if a sweep cannot be measured as it is, or `concurrency` is
 * below 1; a ModuleError if a module cannot be used; a ResultsError if the file cannot be written or holds another run; a WrongSetError,
 * when all else is measured and in the file, if a tracker answered with the wrong pages; a UserError of another kind if there is no such
 * workload. The signal's reason if it is aborted: an AbortError unless another was given. Any other error is a fault of dirtybench.
 */
export async function measure(
  sweeps: SweepInput | readonly SweepInput[],
  { out, concurrency = usableCores(), signal, hostName = true, onProgress }: MeasureOptions,
): Promise<Measured> {
  if (!(concurrency >= 1)) throw new UsageError(`concurrency: ${concurrency} is not a number from 1 up`);
  const parsed = [sweeps].flat().map((sweep) => parseSweep(sweep, 'sweep'));
  const modules = await loadSweepModules(parsed);
  const planned = { name: parsed[0]?.name ?? 'program', modules, ...expand(parsed) };
  const header = makeHeader(planned, 'a program that calls measure', { hostName });
  const workers = workersWithRoom(header.points, concurrency);
  const file = new ResultsFile(out, header);
  const lanes = new Lanes();
  const refused: string[] = [];
  const wrong: string[] = [];
  try {
    const settings = { workers, runRound: lanes.runRound, signal: signal ?? new AbortController().signal };
    await measureFile(file, settings, {
      isolation: () => {},
      progress: (progress) => onProgress?.(progress),
      failure: ({ message }) => refused.push(message),
      wrongSet: ({ message }) => wrong.push(message),
    });
    if (wrong.length > 0) throw new WrongSetError(wrong.join('\n'));
    return { results: file.results, refused };
  } finally {
    lanes.close();
    file.close();
  }
}
