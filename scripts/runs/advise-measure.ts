import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatSize } from '../../base/size.js';
import type { BeginningFlags } from '../../measure/beginning.js';
import { epochsInTime } from '../../measure/estimate.js';
import { makeHeader } from '../../measure/header.js';
import type { Question } from '../../reports/analysis/advice/question.js';
import { analyse } from '../../reports/analysis/analysis.js';
import { isContender } from '../../reports/analysis/role.js';
import type { Header } from '../../results/schema.js';
import { isStream } from '../../results/stream.js';
import { trackerNames, trackers } from '../../trackers/registry.js';
import { expandFlags } from '../options/axes.js';
import type { NamedEvidence } from './evidence.js';
import { measureInto, parseConcurrency, typedCommand } from './session.js';

/** How often a question is measured. */
export interface MeasuringFlags extends BeginningFlags {
  /** Rounds of each scheme. */
  readonly rounds: number;
}

/** How a question is measured, and where that is kept. */
export interface MeasureNowFlags extends MeasuringFlags {
  /** Where the results file goes; nowhere, if it is not said. */
  readonly out?: string;
}

/** How long all rounds together may take, about. */
const wantedSeconds = 25;
const mostEpochs = 400;
const leastEpochs = 20;
/** What one page table of the kernel maps: a guest that has run for long has all of them, and a scan of them all costs more. */
const tableBytes = 2 ** 21;

const notKept = 'what was measured is not kept: --out FILE keeps it';

/**
 * Measures the point that is asked about on this machine, with every tracker of its kind of guest that works.
 * @throws UsageError, ResultsError; InterruptedError on Ctrl-C.
 */
export async function measureNow(question: Question, flags: MeasureNowFlags): Promise<NamedEvidence> {
  const header = await headerFor(question, flags);
  const folder = flags.out === undefined ? mkdtempSync(join(tmpdir(), 'dirtybench-advise-')) : null;
  const tidy = () => folder !== null && rmSync(folder, { recursive: true, force: true });
  process.once('exit', tidy);
  try {
    const path = flags.out ?? join(folder ?? '', 'point.jsonl');
    const way = folder === null ? {} : { whereabouts: { interrupted: notKept, wrongSet: notKept } };
    const { results, failures } = await measureInto(path, header, parseConcurrency(undefined), way);
    for (const failure of failures) process.stderr.write(`not measured: ${failure}\n`);
    return { evidence: analyse(results), name: nameOf(flags.out) };
  } finally {
    process.off('exit', tidy);
    tidy();
  }
}

/** What an answer calls its results; a stream's name says nothing. */
function nameOf(out: string | undefined): string {
  return out === undefined || isStream(out) ? 'what was measured just now' : out;
}

/** The run that measures a question: so many epochs a round as the time allows. */
export async function headerFor(question: Question, flags: MeasuringFlags, seconds = wantedSeconds): Promise<Header> {
  const { rounds } = flags;
  const most = makeHeader(await expandFlags(sweepOf(question, mostEpochs, rounds), null), typedCommand(), flags);
  const inTime = epochsInTime(most.points, seconds, { least: leastEpochs, most: mostEpochs });
  const touching = Math.ceil((2 * question.memoryBytes) / tableBytes / question.pages);
  const epochs = Math.min(mostEpochs, Math.max(inTime, touching));
  return makeHeader(await expandFlags(sweepOf(question, epochs, rounds), null), typedCommand(), flags);
}

function sweepOf({ guest, workload, memoryBytes, pages, cache }: Question, epochs: number, rounds: number) {
  const contenders = trackerNames.filter((tracker) => trackers[tracker].guest === guest && isContender({ tracker }));
  const isTrace = workload.startsWith('trace:');
  return {
    guest: [guest],
    tracker: contenders,
    workload: [workload],
    memory: [formatSize(memoryBytes)],
    ...(isTrace ? {} : { pages: [String(Math.round(pages))] }),
    cache: [cache],
    epochs: String(epochs),
    rounds: String(rounds),
  };
}
