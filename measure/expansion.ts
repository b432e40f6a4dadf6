import { type Backing, isHuge } from '../base/backing.js';
import { usableMemory } from '../base/machine.js';
import { formatSize, pageBytes } from '../base/size.js';
import { type Availability, availability } from '../guests/availability.js';
import { hugePageBytes } from '../kernel/memory.js';
import type { Header, Point } from '../results/schema.js';
import { type AnyTrackerName, type TrackerKind, trackerKind } from '../trackers/registry.js';
import { checkWorkload, checkWorkloadName } from '../workloads/registry.js';
import { WorkloadError } from '../workloads/workload.js';
import { type Candidate, cross } from './cross.js';
import { floors, isFloor } from './floor.js';
import { trackersIn } from './group.js';
import { UsageError } from './problem.js';
import { lackOfRoom } from './room.js';
import type { Mask, Sweep } from './sweep.js';

/** The points of one or more sweeps, with the floors they need, and what had to be left out. */
export type Expansion = Pick<Header, 'points' | 'twin' | 'skipped' | 'unavailable'>;

/** Tells whether a tracker works on this machine. */
export type Availabilities = (tracker: TrackerKind, backing: Backing, memoryBytes: number) => Availability;

/**
 * Crosses the axes. Points that come twice are measured once; combinations that make no sense, and trackers that do not
 * work on this machine, are listed with the reason.
 * @throws UsageError if nothing is left; WorkloadError if a workload is not there at all.
 */
export function expand(
  sweeps: readonly Sweep[],
  availabilities: Availabilities = availability,
  machineBytes: number = usableMemory(),
): Expansion {
  const unavailable = new Unavailable(availabilities);
  const points = new Map<string, Candidate>();
  const skipped = new Map<string, string>();
  for (const sweep of sweeps) {
    const excluded = sweep.exclude.map(({ tracker, ...mask }) =>
      tracker === undefined ? mask : { ...mask, tracker: trackersIn(tracker) },
    );
    for (const name of sweep.crosses.flatMap((axes) => axes.workload ?? [])) checkWorkloadName(name);
    for (const candidate of sweep.crosses.flatMap(cross)) {
      if (excluded.some((mask) => matches(candidate, mask))) continue;
      const why = objection(candidate, machineBytes);
      if (why === null && unavailable.has(candidate)) continue;
      if (why === null) points.set(JSON.stringify(candidate), candidate);
      else skipped.set(describe(candidate), why);
    }
  }
  if (points.size === 0) throw new UsageError(nothingLeft(skipped, unavailable.list));
  const measured = [...points.values()];
  for (const floor of floorsOf(measured)) points.set(JSON.stringify(floor), floor);
  return {
    points: [...points.values()],
    twin: twinAmong(measured),
    skipped: [...skipped].map(([what, why]) => ({ what, why })),
    unavailable: unavailable.list,
  };
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
    'clear-chunk': point.clearChunkBytes ?? null,
    backing: point.backing ?? '4k',
    guests: point.guests ?? 1,
  };
  return Object.entries(mask).every(([key, allowed]) => {
    const list: readonly unknown[] | undefined = allowed;
    return list?.includes(values[key as keyof typeof values]) ?? true;
  });
}

/** Why a combination makes no sense; null if it does. */
function objection(point: Candidate, machineBytes: number): string | null {
  const tracker = trackerKind(point.tracker);
  const { guest } = tracker;
  if (guest !== point.guest) return `tracker '${point.tracker}' works on guest '${guest}', not on '${point.guest}'`;
  if (tracker.guest === 'simulated' && point.vcpus > 1 && tracker.concurrent === undefined)
    return `tracker '${point.tracker}' is marked by one vCPU alone`;
  if (guest === 'process' && point.vcpus > 1) return `a process guest is written by one thread: it has one vCPU`;
  if (point.backing !== undefined && isHuge(point.backing) && point.memoryBytes % hugePageBytes !== 0)
    return `${formatSize(point.memoryBytes)} is not whole huge pages of 2 MiB: backing '${point.backing}' needs that`;
  if (point.collect !== undefined && guest === 'simulated')
    return '--collect running: a simulated guest stands still while it is collected';
  if (point.collect !== undefined && point.vcpus > 1)
    return `--collect running: of ${point.vcpus} vCPUs only one would go on`;
  if (point.collect !== undefined && tracker.onlyStopped)
    return `tracker '${point.tracker}' loses what is written while it collects: --collect running is not for it`;
  if (point.oneProcess && tracker.wholeProcess)
    return `tracker '${point.tracker}' forgets what all guests of its process wrote: --one-process is not for it`;
  if (point.pagesPerEpoch === 0) {
    return `${point.dirtyRate} dirty pages/s at ${point.ioFrequency} I/Os per second are less than one page per epoch`;
  }
  try {
    checkWorkload(point.workload, {
      pages: point.memoryBytes / pageBytes,
      pagesPerEpoch: point.pagesPerEpoch,
      seed: point.seed,
    });
    return lackOfRoom(point, machineBytes);
  } catch (error) {
    if (error instanceof WorkloadError) return error.message;
    throw error;
  }
}

function describe(point: Candidate): string {
  const pages = point.pagesPerEpoch === null ? '' : `, ${point.pagesPerEpoch} pages per epoch`;
  const backing = point.backing === undefined ? '' : `, ${point.backing}`;
  const guests = point.guests === undefined ? '' : `, ${point.guests} guests`;
  return `${point.tracker} on ${point.guest}, ${point.workload}, ${formatSize(point.memoryBytes)}${pages}${backing}${guests}`;
}

/** Asks of each tracker and backing once whether it works here (of memory set aside, for each size), and lists those that do not. */
class Unavailable {
  readonly list: Header['unavailable'] = [];
  readonly #availabilities: Availabilities;
  readonly #asked = new Map<string, boolean>();

  constructor(availabilities: Availabilities) {
    this.#availabilities = availabilities;
  }

  has({ tracker, backing, memoryBytes }: Candidate): boolean {
    const key = [tracker, backing, backing === 'hugetlb' ? memoryBytes : 0].join(' ');
    const known = this.#asked.get(key);
    if (known !== undefined) return known;
    if (backing !== undefined && this.#lacks(tracker)) return true;
    const found = this.#availabilities(trackerKind(tracker), backing ?? '4k', memoryBytes);
    this.#asked.set(key, !found.works);
    if (!found.works) {
      const only = backing === undefined ? {} : { backing };
      this.list.push({ tracker, ...only, why: found.why, remedy: found.remedy });
    }
    return !found.works;
  }

  /** Whether it does not work with any backing. */
  #lacks(tracker: AnyTrackerName): boolean {
    return this.list.some((one) => one.tracker === tracker && one.backing === undefined);
  }
}

/** ` with backing 'thp'`, where that is what it lacks. */
export function onBacking({ backing }: { readonly backing?: string | undefined }): string {
  return backing === undefined ? '' : ` with backing '${backing}'`;
}

function nothingLeft(skipped: ReadonlyMap<string, string>, unavailable: Header['unavailable']): string {
  const [missing] = unavailable;
  if (missing !== undefined) {
    return `nothing to measure: tracker '${missing.tracker}' does not work here${onBacking(missing)}: ${missing.why}; remedy: ${missing.remedy}`;
  }
  const [first] = skipped;
  if (first === undefined) return 'the sweep excludes every point: nothing to measure';
  const more = skipped.size > 1 ? ` (and ${skipped.size - 1} more like it)` : '';
  return `nothing to measure: ${first[0]}: ${first[1]}${more}`;
}

/**
 * The point to measure twice: one whose cost is small, so that the noise found is that of the closest races. The queue has
 * such costs; without it, any that is not a floor.
 */
function twinAmong(points: readonly Point[]): number {
  const queue = points.findIndex(({ tracker }) => tracker === 'flag-queue');
  return queue >= 0
    ? queue
    : Math.max(
        0,
        points.findIndex(({ tracker }) => !isFloor(tracker)),
      );
}

/** A floor for each kind of epoch, in the smallest memory it is measured with: a floor does not depend on memory. */
function floorsOf(points: readonly Candidate[]): Candidate[] {
  const floorPoints = new Map<string, Candidate>();
  for (const point of points) {
    const { arming: _arming, collect: _collect, clearChunkBytes: _chunk, ...rest } = point;
    const floor = { ...rest, tracker: floors[point.guest], ringEntries: null };
    const kind = JSON.stringify({ ...floor, memoryBytes: 0 });
    const held = floorPoints.get(kind);
    if (held === undefined || held.memoryBytes > floor.memoryBytes) floorPoints.set(kind, floor);
  }
  return [...floorPoints.values()];
}
