import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseSize } from '../../base/size.js';
import { epochsInTime } from '../../measure/estimate.js';
import { type Expansion, expand } from '../../measure/expansion.js';
import { makeHeader } from '../../measure/header.js';
import { UsageError } from '../../measure/problem.js';
import { parseSweep } from '../../measure/sweep.js';
import type { EpochList } from '../../recording/epochs.js';
import type { TraceHeader } from '../../recording/tracefile.js';
import { analyse } from '../../reports/analysis/analysis.js';
import { isContender } from '../../reports/analysis/role.js';
import { makeFolder } from '../../reports/folder.js';
import { recordingMarkdown } from '../../reports/markdown/recording.js';
import { type TrackerName, trackerNames, trackers } from '../../trackers/registry.js';
import { quote } from '../terminal/quote.js';
import { smallestMemory, traceArgument } from './recorded.js';
import { measureInto, parseConcurrency, typedCommand, type Whereabouts } from './session.js';

/** A recording that is in its file. */
export interface Reported {
  readonly epochs: EpochList;
  readonly header: TraceHeader;
  /** How long was recorded, in seconds. */
  readonly seconds: number;
  /** How many times slower the program was than by itself; null where that is not known. */
  readonly slower: number | null;
  /** Path of the trace file. */
  readonly trace: string;
}

/** How long all rounds together may take, about. */
const wantedSeconds = 60;
const epochsOfRound = { most: 400, least: 50 } as const;
const rounds = 3;
/** Memories beside the program's own. */
const memories = ['1G', '8G', '64G'] as const;

/**
 * Makes the folder of a report; to be called before there is anything to report. Results of an earlier recording are removed from it:
 * the file of one recording cannot go on with another.
 * @throws UsageError if it cannot be made, or has something in it and `force` is not given.
 */
export function prepareReport(folder: string, force: boolean): void {
  let holds: number;
  try {
    makeFolder(folder);
    holds = readdirSync(folder).length;
    if (force) rmSync(resultsPath(folder), { force: true });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new UsageError(`--report ${folder} cannot be written (${why}): name another folder`);
  }
  if (holds > 0 && !force) {
    throw new UsageError(`--report ${folder} is a folder that holds something: name another, or add --force`);
  }
}

/** Where the results of a report are. */
function resultsPath(folder: string): string {
  return join(folder, 'results.jsonl');
}

/**
 * Measures what finding the writes of a recording costs with every tracker that works here, at the program's own memory and up to
 * 64 GiB, and writes that into a folder, the results beside it.
 * @returns the report's path
 * @throws UsageError, ResultsError; InterruptedError on Ctrl-C.
 */
export async function reportRecording(reported: Reported, folder: string): Promise<string> {
  const { epochs, header, seconds, slower, trace } = reported;
  const planned = { name: 'recording', modules: [], ...expansionFor(header, trace) };
  const results = resultsPath(folder);
  const measured = await measureInto(
    results,
    makeHeader(planned, typedCommand(), { hostName: true }),
    parseConcurrency(undefined),
    { whereabouts: whereaboutsOf(trace, results) },
  );
  const { points } = analyse(measured.results);
  const { starts, writes } = epochs;
  const text = recordingMarkdown(
    {
      ...header,
      notSeen: header['not-seen'],
      cost: header.cost ?? null,
      sizes: Float64Array.from(starts.subarray(1), (end, index) => end - (starts[index] ?? 0)),
      written: new Set(writes).size,
      rate: header.epochs / seconds,
      slower,
      trace,
      results,
      skipped: [
        ...planned.skipped.map(({ what, why }) => `${what}: ${why}`),
        ...planned.unavailable.map(({ tracker }) => `${tracker}: it does not work on this machine`),
        ...measured.failures,
      ],
    },
    points,
  );
  const path = join(folder, 'report.md');
  writeFileSync(path, text);
  return path;
}

/** The same command would record again. */
export function whereaboutsOf(trace: string, results: string): Whereabouts {
  return {
    interrupted:
      `the recording is in ${trace}, and what is finished of its report in ${results}: ` +
      `dirtybench report --from ${quote(results)} makes a report of that`,
    wrongSet: `all other points are measured and in ${results}`,
  };
}

/** So many epochs a round as the time allows. */
function expansionFor(header: TraceHeader, trace: string): Expansion {
  const most = expand([sweepFor(header, trace, epochsOfRound.most)]);
  return expand([sweepFor(header, trace, epochsInTime(most.points, wantedSeconds, epochsOfRound))]);
}

/** Real guests have the program's own memory alone: larger ones may not fit in this machine. */
function sweepFor({ pages }: TraceHeader, trace: string, epochs: number) {
  const own = smallestMemory(pages);
  const larger = memories.filter((memory) => (parseSize(memory) ?? 0) > (parseSize(own) ?? 0));
  const of = (guest: string): TrackerName[] =>
    trackerNames.filter((tracker) => trackers[tracker].guest === guest && isContender({ tracker }));
  const cross = (guest: string, memory: readonly string[]) => ({ guest, tracker: of(guest), memory });
  return parseSweep(
    {
      ...cross('simulated', [own, ...larger]),
      include: [cross('process', [own]), cross('kvm', [own])],
      workload: `trace:${traceArgument(trace)}`,
      epochs,
      rounds,
    },
    'record --report',
  );
}
