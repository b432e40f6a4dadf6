import type { Analysis, Synchronisation } from './analysis.js';
import type { Cost } from './cost.js';
import type { AnalysedPoint } from './point.js';

/** Version of `analysis.json`. */
export const documentSchema = 1;

/** What `analysis.json` of a sweep holds: the whole analysis. */
export interface AnalysisDocument extends Analysis {
  readonly schema: typeof documentSchema;
}

/** What it holds of transactions or migrations alone. */
export interface SynchronisationDocument extends Synchronisation {
  readonly schema: typeof documentSchema;
}

/**
 * The text of `analysis.json`. Fractions have six significant digits; whole numbers are exact.
 * @throws Error if a figure is not a finite number: JSON has none such.
 */
export function analysisJson(analysis: Analysis | Synchronisation): string {
  const document: AnalysisDocument | SynchronisationDocument = {
    schema: documentSchema,
    ...analysis,
  };
  return `${plainJson(document)}\n`;
}

/**
 * Plain data as JSON. Fractions have six significant digits; whole numbers are exact.
 * @throws Error if a figure is not a finite number: JSON has none such.
 */
export function plainJson(data: object): string {
  return JSON.stringify(data, rounded, 1);
}

function rounded(key: string, value: unknown): unknown {
  if (typeof value !== 'number' || Number.isInteger(value)) return value;
  if (!Number.isFinite(value)) throw new Error(`${key} is ${value}`);
  return Number(value.toPrecision(6));
}

/** What each part of `analysis.json` is, for the report's appendix. */
export const documentFields: Record<keyof AnalysisDocument, string> = {
  schema: 'Version of this format; it changes when a field is renamed, removed, or changes its meaning.',
  run: 'What was run, where and when: version, sweep, command, environment, seeds, rounds and epochs.',
  points: 'One object for each measured point; its fields are below. The rounds of the A/A twin are left out.',
  floor: 'The null tracker’s collect wherever it was measured: the cost of the timer and the loop.',
  noise:
    'The A/A pair: collect of the same point measured twice, the relative difference with its interval, and `share`, how ' +
    'much more the dearer of the two takes. What differs by less is within the noise. `kind` is `absent`, with `why`, where it was not measured.',
  isolation:
    'Whether the rounds of each tracker were measured alone or beside others, and the medians that decided it, in ns.',
  unchecked:
    'Trackers with rounds that were measured beside others though it was not checked how they do then. Absent: there are none.',
  models:
    'For each scheme in each setting `collect = a + b*pages + c*dirty`: `fixed` (a, ns), `perPage` (b, ns per page of guest ' +
    'memory), `perDirty` (c, ns per page written), each with its interval or the reason for its absence; the share of memory in a collect by the fit and as measured; the quality of the ' +
    'fit; `verdict` (`grows with memory`, `does not`, `cannot say`) and `because`, the numbers behind it.',
  predictions:
    'For each point above 64 GiB what the smaller ones of its scheme, fitted to `a + b*pages`, say of its collect ' +
    '(`predictedNs`), and what it was (`measuredNs`).',
  crossovers:
    'For each pair of schemes along pages per epoch (`held` is bytes of memory) or along memory (`held` is pages per epoch), ' +
    'for the cost `collect` or `total`: where they cross, which is always cheaper, or that they are within the noise.',
  winners: 'For each memory and pages per epoch the cheapest scheme, and those that cannot be told from it.',
  limits:
    'Each collect beside the least that its scheme must do: `duty` is `read` (`amount` bytes) or `touch` (`amount` dirty ' +
    'pages), `limit` what that takes at best in this run, `ratio` how many times as long the collect takes.',
  libraries:
    'Each tracker made of a library’s set beside each scheme: in how many cells of memory and pages per epoch the scheme is ' +
    '`cheaper`, by how much, and in which it is `dearer`.',
  table1:
    'The paper’s Table 1: `paper` as printed; `derived` from it by arithmetic; `measured` here, with `tps` and `scaledTps` ' +
    'projected from the measured collect on to the paper’s setup.',
  transactions:
    'The paper’s Table 1 measured end to end, or null: of each mode and memory (`cells`) transactions per second, the share of ' +
    'the unsynchronised (`none`), the stages of a transaction (`split`), what the client saw beyond them (`outside`), its ' +
    '`latency`, pages and bytes per transaction; `growth` from the least memory to the most; other ways to commit and to ' +
    'encode, and more connections (`gap`); and the A/A pair (`noise`).',
  migrations:
    'Guests moved under load, or null: of each mode and memory (`cells`) the `downtime` and its `parts`, what pre-copy sent, ' +
    'and the longest that a client waited; each mode’s downtime over that of the queue (`contests`).',
  schedule:
    'I/Os due at a fixed rate, whatever happens: share of time left to the guest, lateness from the due time, and the rate at ' +
    'which the guest stands still, without a fixed cost of a synchronisation and with the paper’s.',
  writing:
    'What each tracker charges the running guest: `run` less that of the guest’s `floor` tracker with the same writes, in ' +
    'nanoseconds an epoch (`perEpoch`) and for each page dirtied (`perDirty`).',
  arming:
    'For each scheme in each setting what turning tracking on (`on`) and off (`off`, null where nothing is to be done) takes, and the ' +
    'first collect after it (`firstCollect`), fitted to `a + b*GiB`: `fixed` (a, ns) and `perGiB` (b, ns), or why there is no fit.',
  programs: 'For each recorded program at each memory, what detection costs it for each response.',
  hosts:
    'Of a fleet: its hosts, each point’s collect on each (`byHost`, with `withinFloor` by that host’s own floor), and what it ' +
    'varies by within a host and between hosts (`spread`, as shares; null where too few rounds tell, 0 where none ' +
    'is seen). `shown` is the host that all other parts are of, or null for all together. Absent where one machine measured.',
  warnings: 'What makes the figures worth less than they look, and what can be done about it.',
};

/** What each field of a point is. */
export const pointFields: Record<keyof AnalysedPoint, string> = {
  index:
    'Index into the points of the results file; where each host of a fleet measured all, among those of them that the host shown ' +
    'is given.',
  guest: 'What ran the epochs.',
  tracker: 'Name of the tracker.',
  scheme:
    'The tracker, followed by its ring’s entries and by the bytes whose log it clears in one call, where the sweep set them, and by ' +
    'a backing other than 4k. Other parts name schemes.',
  workload: 'Which pages were written; `trace:` and a name for a recorded program.',
  memoryBytes: 'Bytes of guest memory.',
  memoryPages: 'The same in pages of 4096 bytes.',
  pagesPerEpoch: 'Distinct pages that an epoch writes: as asked for, or for a recording the mean as measured.',
  dirtyPages: 'Mean of distinct pages written in an epoch, as measured.',
  ioFrequency: 'I/Os per second, where the sweep gave them; else null.',
  dirtyRate: 'Dirty pages per second, where the sweep gave them; else null.',
  cache:
    'What the guest leaves in the caches between run and collect: `warm`, what was there; `l2-cold`, called `cold` before: it touches twice the second-level cache; `dram`: twice the last level.',
  vcpus: 'Virtual CPUs of the guest.',
  guests: 'Guests on the host that wrote and were collected at once, of which this is one; absent: it was alone.',
  oneProcess: 'True: they were in one process; absent: each in its own.',
  ringEntries: 'Entries of the tracker’s ring, where the sweep set them; else null.',
  duty:
    'What a tracker of the user’s own says that its collect cannot do without: `read` so many bytes for each page of memory, or ' +
    '`touch` one place for each dirty page. Absent of others, and where it says nothing.',
  clearChunkBytes: 'Bytes whose log is cleared in one call, where the sweep set them; else absent.',
  backing: 'What the guest’s memory was mapped with, `thp`, `hugetlb` or `file`; absent: pages of 4 KiB.',
  unitPages: 'Pages that the tracker finds together, whichever of them was written; absent: each by itself.',
  epochs: 'Epochs of one round.',
  rounds: 'Finished rounds.',
  roundsAsked: 'Rounds that the sweep asked for.',
  seed: 'Seed of the workload.',
  precision:
    'What the tracker’s answer is (`exactness`: `exact`, `per epoch` or `cumulative`), pages that a collect finds on average ' +
    '(`reportedPages`), for each page written (`perWritten`), and bytes that a snapshot of them would write (`snapshotBytes`); ' +
    'null of what finds nothing on purpose. Absent in documents from before it was told.',
  forcedExits: 'Early stops of the guest because its tracker had no room left, over all rounds.',
  run: 'The guest’s writes, with marking: what an epoch costs; its fields are below.',
  collect: 'Detection: what an epoch costs; its fields are below.',
  kernel: 'The part of a collect that went to kernel calls; null where it makes none.',
  firstWrite:
    'What the first write to a page costs the guest beyond one that nothing tracks, in ns per page: `again`, after it was collected; `fresh`, the very first to a page that is huge or of a file, else null. Null where it was not measured.',
  arming:
    'What turning tracking on (`on`) and off (`off`) costs with all of the guest’s memory there, and the first collect after it ' +
    '(`firstCollect`), in ns. Null where it was not measured, and of trackers that have nothing to turn on.',
  running:
    'What a guest that goes on writing loses while it is collected: `collect`, writes a second before and during one, and the ' +
    'longest gap between two writes that it saw, between collects (`gapBetween`), in one (`gapDuring`) and in any, in ns. Null where it stood still each time.',
  total: 'Marking and detection together: `medianNs`, `lowNs`, `highNs`.',
  floor: 'The floor under the collect: the nearest null tracker’s point, and whether it is exactly the same otherwise.',
  withinFloor: 'True: the collect cannot be told from the floor, and the report says so in place of its figures.',
};

/** What each field of a cost is. */
export const costFields: Record<keyof Cost, string> = {
  medianNs: 'Median of the rounds’ medians, in nanoseconds.',
  lowNs: 'Lower bound of its interval over rounds: a round’s median.',
  highNs: 'Upper bound of the same.',
  coverage:
    'How likely that interval holds the true median: 0.9375 of five rounds, 0.75 of three, 0 of one, which has none.',
  meanNs: 'Mean of all epochs.',
  p99Ns: '99 % of all epochs took no longer.',
  p999Ns: '99.9 % of all epochs took no longer.',
  quantiles: 'The distribution of all epochs: `quantile` from 0 to 1, `ns`.',
  roundOutliers:
    'Rounds whose median is beyond Tukey’s fences (mild 1.5, severe 3 interquartile ranges), low and high.',
  epochOutliers: 'The same of all epochs. Outliers are counted and kept.',
};
