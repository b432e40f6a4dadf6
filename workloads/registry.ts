import { isModuleFile, isModulePath } from '../base/modulepath.js';
import { Random } from '../base/random.js';
import { mistakenName, nearestName } from '../base/suggestion.js';
import { Drawn } from './drawn.js';
import { HotSet } from './hotset.js';
import { isPath, loadRecording, shippedTraces } from './library.js';
import { NetperfRr } from './netperf.js';
import { ownWorkload } from './own.js';
import { Sequential } from './sequential.js';
import { checkTraceFits, Trace } from './trace.js';
import { Uniform } from './uniform.js';
import { type Workload, WorkloadError, type WorkloadKind, type WorkloadSettings } from './workload.js';
import { Zipf } from './zipf.js';

/** The synthetic workloads; a recorded one is called `trace:` and a name or a path, one of the user's own by its module's path. */
const workloadNames = ['uniform', 'sequential', 'zipf', 'hot-set', 'netperf-rr'] as const;

type WorkloadName = (typeof workloadNames)[number];

const workloads: Record<WorkloadName, WorkloadKind> = {
  uniform: {
    summary: 'pages anywhere in memory, each as likely as any other',
    create: (pages, pagesPerEpoch, seed) => new Drawn(new Uniform(pages, new Random(seed)), pagesPerEpoch, 'dropped'),
  },
  sequential: {
    summary: 'one page after the other through the whole memory, and again from its start',
    create: (pages, pagesPerEpoch, seed) => new Sequential(pages, pagesPerEpoch, seed),
  },
  zipf: {
    summary: "pages by Zipf's law (exponent 0.99), the most written ones spread over memory; writes repeat",
    create: (pages, pagesPerEpoch, seed) => new Drawn(new Zipf(pages, new Random(seed)), pagesPerEpoch, 'kept'),
  },
  'hot-set': {
    summary: '90 % of the writes to 10 % of the pages, which lie together and drift; writes repeat',
    create: (pages, pagesPerEpoch, seed) => new Drawn(new HotSet(pages, new Random(seed)), pagesPerEpoch, 'kept'),
  },
  'netperf-rr': {
    summary: 'a request/response guest: 91 % of the pages hot in every transaction, the others anywhere',
    create: (pages, pagesPerEpoch, seed) => new NetperfRr(pages, pagesPerEpoch, seed),
  },
};

/** What the name of a workload that is a recording begins with. */
export const tracePrefix = 'trace:';

/** Whether a workload is a recording, which itself says how many pages an epoch writes. */
export function isTrace(name: string): boolean {
  return name.startsWith(tracePrefix);
}

/** Whether a workload is a recording that is given by the path of its file. */
export function isTracePath(name: string): boolean {
  return isTrace(name) && isPath(name.slice(tracePrefix.length));
}

/**
 * Makes the workload called `name` for a guest.
 * @throws WorkloadError if there is none of that name, its trace is missing or malformed, or it does not suit the settings.
 */
export function openWorkload(name: string, settings: WorkloadSettings): Workload {
  checkWorkload(name, settings);
  const { pages, pagesPerEpoch, seed } = settings;
  if (pagesPerEpoch === null) return new Trace(recordingOf(name), pages, seed);
  return kindOf(name).create(pages, pagesPerEpoch, seed);
}

/**
 * Finds out whether `openWorkload` would succeed, without making anything as large as the workload.
 * @throws WorkloadError as `openWorkload` does.
 */
export function checkWorkload(name: string, settings: WorkloadSettings): void {
  const { pages, pagesPerEpoch } = settings;
  if (isTrace(name)) {
    checkTraceFits(recordingOf(name), pages, name);
    if (pagesPerEpoch !== null) {
      throw new WorkloadError(
        `workload '${name}' takes its pages per epoch from the recording: leave out ${pagesPerEpoch}`,
      );
    }
    return;
  }
  kindOf(name);
  if (pagesPerEpoch === null) throw new WorkloadError(`workload '${name}' needs a number of pages per epoch`);
  if (!Number.isInteger(pagesPerEpoch) || pagesPerEpoch < 1) {
    throw new WorkloadError(`pages per epoch must be a whole number above 0, not ${pagesPerEpoch}`);
  }
  if (pagesPerEpoch > pages) {
    throw new WorkloadError(`${pagesPerEpoch} pages per epoch are more than the ${pages} pages of the guest's memory`);
  }
}

/**
 * Finds out whether there is a workload of this name, whatever the guest.
 * @throws WorkloadError if there is not, or its trace is missing or malformed.
 */
export function checkWorkloadName(name: string): void {
  if (isTrace(name)) recordingOf(name);
  else kindOf(name);
}

/** Every workload there is, each with a line that says what it is: first the synthetic ones, then the shipped traces. */
export function listWorkloads(): { name: string; summary: string }[] {
  const synthetic = workloadNames.map((name) => ({ name, summary: workloads[name].summary }));
  const traces = traceNames().map((name) => {
    const { program, epoch } = recordingOf(name).header;
    return { name, summary: `${program}: ${tracePages(name).toFixed(1)} pages per epoch, which ${epoch}` };
  });
  return [...synthetic, ...traces];
}

/** How much of a guest's memory a trace writes. */
export interface TraceExtent {
  /** Distinct pages of the epoch that writes most. */
  readonly mostPerEpoch: number;
  /** Distinct pages of all epochs together. */
  readonly pages: number;
}

/** @throws WorkloadError if there is no such trace, or it is malformed; `name` begins with `trace:`. */
export function traceExtent(name: string): TraceExtent {
  const { writes, starts } = recordingOf(name);
  const perEpoch = starts.subarray(1).map((end, epoch) => end - (starts[epoch] as number));
  return { mostPerEpoch: perEpoch.reduce((most, pages) => Math.max(most, pages), 0), pages: new Set(writes).size };
}

/**
 * Mean of the distinct pages that an epoch of a trace writes; `name` begins with `trace:`.
 * @throws WorkloadError if there is no such trace, or it is malformed.
 */
export function tracePages(name: string): number {
  const { writes, header } = recordingOf(name);
  return writes.length / header.epochs;
}

function traceNames(): string[] {
  return shippedTraces().map((trace) => tracePrefix + trace);
}

function recordingOf(name: string) {
  return loadRecording(name.slice(tracePrefix.length));
}

function kindOf(name: string): WorkloadKind {
  if (isModulePath(name)) return ownWorkload(name);
  if (isWorkloadName(name)) return workloads[name];
  if (isModuleFile(name)) {
    throw new WorkloadError(`unknown workload '${name}': a module of your own is given by its path, as ./${name}`);
  }
  const names = [...workloadNames, ...traceNames()];
  // A trace's name without its prefix is nearer to the trace than to anything else.
  const shipped = shippedTraces();
  const near = nearestName(name, [...names, ...shipped]);
  const meant = near !== null && shipped.includes(near) ? tracePrefix + near : near;
  throw new WorkloadError(`${mistakenName('workload', name, meant)} There are ${names.join(', ')}`);
}

function isWorkloadName(name: string): name is WorkloadName {
  return Object.hasOwn(workloads, name);
}
