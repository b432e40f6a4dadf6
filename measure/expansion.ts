import { type Availability, availability } from '../guests/availability.js';
import type { GuestName } from '../guests/registry.js';
import type { Header, Point } from '../results/schema.js';
import { formatSize, pageBytes } from '../results/size.js';
import { type TrackerKind, type TrackerName, trackers } from '../trackers/registry.js';
import { checkWorkload, checkWorkloadName, isTrace } from '../workloads/registry.js';
import { WorkloadError } from '../workloads/workload.js';
import type { Axes } from './axes.js';
import { floors, isFloor } from './floor.js';
import { UsageError } from './problem.js';
import type { Mask, Sweep } from './sweep.js';

/** What a sweep leaves to the default. */
const defaults = {
  tracker: ['flag-scan', 'flag-queue'],
  workload: ['uniform'],
  memory: [512 * 2 ** 20, 2 ** 30, 4 * 2 ** 30],
  pages: 64,
  cache: ['cold'],
  vcpus: [1],
  epochs: 2000,
  rounds: 5,
  seed: 1,
} satisfies Omit<Axes, 'pages'> & { pages: number };

/** The points of one or more sweeps, with the floors they need, and what had to be left out. */
export type Expansion = Pick<Header, 'points' | 'twin' | 'skipped' | 'unavailable'>;

/** Tells whether a tracker works on this machine. */
export type Availabilities = (tracker: TrackerKind) => Availability;

/** A combination of axes' values before it is known to make sense. */
interface Candidate extends Point {
  guest: GuestName;
  tracker: TrackerName;
}

/**
 * Crosses the axes. Points that come twice are measured once; combinations that make no sense, and trackers that do not
 * work on this machine, are listed with the reason.
 * @throws UsageError if nothing is left; WorkloadError if a workload is not there at all.
 */
export function expand(sweeps: readonly Sweep[], availabilities: Availabilities = availability): Expansion {
  const unavailable = new Unavailable(availabilities);
  const points = new Map<string, Point>();
  const skipped = new Map<string, string>();
  for (const sweep of sweeps) {
    for (const name of sweep.crosses.flatMap((axes) => axes.workload ?? [])) checkWorkloadName(name);
    for (const candidate of sweep.crosses.flatMap(cross)) {
      if (sweep.exclude.some((mask) => matches(candidate, mask))) continue;
      const why = objection(candidate);
      if (why === null && unavailable.has(candidate.tracker)) continue;
      if (why === null) points.set(JSON.stringify(candidate), candidate);
      else skipped.set(describe(candidate), why);
    }
  }
  if (points.size === 0) throw new UsageError(nothingLeft(skipped, unavailable.list));
  const measured = [...points.values()];
  const twin = measured.findIndex((point) => !isFloor(point.tracker));
  for (const floor of floorsOf(measured)) points.set(JSON.stringify(floor), floor);
  return {
    points: [...points.values()],
    twin: Math.max(0, twin),
    skipped: [...skipped].map(([what, why]) => ({ what, why })),
    unavailable: unavailable.list,
  };
}

/** Every combination of one cross. */
function cross(axes: Axes): Candidate[] {
  const candidates: Candidate[] = [];
  for (const tracker of axes.tracker ?? defaults.tracker)
    for (const guest of axes.guest ?? [trackers[tracker].guest])
      for (const workload of axes.workload ?? defaults.workload)
        for (const memoryBytes of axes.memory ?? defaults.memory)
          for (const volume of isTrace(workload) ? [recorded] : volumes(axes))
            for (const cache of axes.cache ?? defaults.cache)
              for (const vcpus of axes.vcpus ?? defaults.vcpus)
                for (const ringEntries of trackers[tracker].takesRing ? (axes['ring-entries'] ?? [null]) : [null])
                  candidates.push({
                    guest,
                    tracker,
                    workload,
                    memoryBytes,
                    ...volume,
                    cache,
                    vcpus,
                    ringEntries,
                    epochs: axes.epochs ?? defaults.epochs,
                    rounds: axes.rounds ?? defaults.rounds,
                    seed: axes.seed ?? defaults.seed,
                  });
  return candidates;
}

/** How much an epoch writes: given, or what a dirty rate leaves between two I/Os. */
type Volume = Pick<Point, 'pagesPerEpoch' | 'ioFrequency' | 'dirtyRate'>;

const recorded: Volume = { pagesPerEpoch: null, ioFrequency: null, dirtyRate: null };

function volumes(axes: Axes): Volume[] {
  const frequencies = axes['io-frequency'] ?? [null];
  const rates = axes['dirty-rate'];
  if (rates === undefined) {
    return (axes.pages ?? [defaults.pages]).flatMap((pagesPerEpoch) =>
      frequencies.map((ioFrequency) => ({ pagesPerEpoch, ioFrequency, dirtyRate: null })),
    );
  }
  if (axes.pages !== undefined) throw new UsageError("'pages' and 'dirty-rate' both say how much is written: give one");
  return rates.flatMap((dirtyRate) =>
    frequencies.map((ioFrequency) => {
      if (ioFrequency === null) throw new UsageError("'dirty-rate' needs 'io-frequency' to give the pages of an epoch");
      return { pagesPerEpoch: Math.round(dirtyRate / ioFrequency), ioFrequency, dirtyRate };
    }),
  );
}

function matches(point: Candidate, mask: Mask): boolean {
  const values: { [K in keyof Required<Mask>]: unknown } = {
    guest: point.guest,
    tracker: point.tracker,
    workload: point.workload,
    memory: point.memoryBytes,
    pages: point.pagesPerEpoch,
    'io-frequency': point.ioFrequency,
    'dirty-rate': point.dirtyRate,
    cache: point.cache,
    vcpus: point.vcpus,
    'ring-entries': point.ringEntries,
  };
  return Object.entries(mask).every(([key, allowed]) => {
    const list: readonly unknown[] | undefined = allowed;
    return list?.includes(values[key as keyof typeof values]) ?? true;
  });
}

/** Why a combination makes no sense; null if it does. */
function objection(point: Candidate): string | null {
  const { guest } = trackers[point.tracker];
  if (guest !== point.guest) return `tracker '${point.tracker}' works on guest '${guest}', not on '${point.guest}'`;
  if (guest === 'simulated' && point.vcpus > 1) return `tracker '${point.tracker}' is marked by one vCPU alone`;
  if (point.pagesPerEpoch === 0) {
    return `${point.dirtyRate} dirty pages/s at ${point.ioFrequency} I/Os a second are less than one page per epoch`;
  }
  try {
    checkWorkload(point.workload, {
      pages: point.memoryBytes / pageBytes,
      pagesPerEpoch: point.pagesPerEpoch,
      seed: point.seed,
    });
    return null;
  } catch (error) {
    if (error instanceof WorkloadError) return error.message;
    throw error;
  }
}

function describe(point: Candidate): string {
  const pages = point.pagesPerEpoch === null ? '' : `, ${point.pagesPerEpoch} pages per epoch`;
  return `${point.tracker} on ${point.guest}, ${point.workload}, ${formatSize(point.memoryBytes)}${pages}`;
}

/** Asks of each tracker once whether it works here, and lists those that do not. */
class Unavailable {
  readonly list: Header['unavailable'] = [];
  readonly #availabilities: Availabilities;
  readonly #asked = new Map<TrackerName, boolean>();

  constructor(availabilities: Availabilities) {
    this.#availabilities = availabilities;
  }

  has(tracker: TrackerName): boolean {
    const known = this.#asked.get(tracker);
    if (known !== undefined) return known;
    const found = this.#availabilities(trackers[tracker]);
    this.#asked.set(tracker, !found.works);
    if (!found.works) this.list.push({ tracker, why: found.why, remedy: found.remedy });
    return !found.works;
  }
}

function nothingLeft(skipped: ReadonlyMap<string, string>, unavailable: Header['unavailable']): string {
  const [missing] = unavailable;
  if (missing !== undefined) {
    return `nothing to measure: tracker '${missing.tracker}' does not work here: ${missing.why}; it takes ${missing.remedy}`;
  }
  const [first] = skipped;
  if (first === undefined) return 'the sweep excludes every point: nothing to measure';
  const more = skipped.size > 1 ? ` (and ${skipped.size - 1} more like it)` : '';
  return `nothing to measure: ${first[0]}: ${first[1]}${more}`;
}

/** A floor for each kind of epoch, in the smallest memory it is measured with: a floor does not depend on memory. */
function floorsOf(points: readonly Point[]): Point[] {
  const floorPoints = new Map<string, Point>();
  for (const point of points) {
    const guest = trackers[point.tracker as TrackerName].guest;
    const floor = { ...point, tracker: floors[guest], ringEntries: null };
    const kind = JSON.stringify({ ...floor, memoryBytes: 0 });
    const held = floorPoints.get(kind);
    if (held === undefined || held.memoryBytes > floor.memoryBytes) floorPoints.set(kind, floor);
  }
  return [...floorPoints.values()];
}
