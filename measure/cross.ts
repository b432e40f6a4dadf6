import type { GuestName } from '../guests/registry.js';
import type { Point } from '../results/schema.js';
import { type AnyTrackerName, trackerKind } from '../trackers/registry.js';
import { isTrace } from '../workloads/registry.js';
import type { Axes } from './axes.js';
import { trackersIn } from './group.js';
import { UsageError } from './problem.js';

/** What a sweep leaves to the default. */
const defaults = {
  tracker: ['flag-scan', 'flag-queue'],
  workload: ['uniform'],
  memory: [512 * 2 ** 20, 2 ** 30, 4 * 2 ** 30],
  pages: 64,
  cache: ['l2-cold'],
  vcpus: [1],
  backing: ['4k' as const],
  guests: [1],
  epochs: 2000,
  rounds: 5,
  seed: 1,
} satisfies Omit<Axes, 'pages'> & { pages: number };

/** A combination of axes' values before it is known to make sense. */
export interface Candidate extends Point {
  guest: GuestName;
  tracker: AnyTrackerName;
}

/** Every combination of one cross. @throws UsageError if it says twice, or by half, how much is written. */
export function cross(axes: Axes): Candidate[] {
  const candidates: Candidate[] = [];
  for (const tracker of trackersIn(axes.tracker ?? defaults.tracker))
    for (const guest of guestsFor(tracker, axes))
      for (const workload of axes.workload ?? defaults.workload)
        for (const memoryBytes of axes.memory ?? defaults.memory)
          for (const volume of isTrace(workload) ? [recorded] : volumes(axes))
            for (const cache of axes.cache ?? defaults.cache)
              for (const vcpus of axes.vcpus ?? defaults.vcpus)
                for (const ringEntries of trackerKind(tracker).takesRing ? (axes['ring-entries'] ?? [null]) : [null])
                  for (const clearChunkBytes of trackerKind(tracker).clearsInChunks
                    ? (axes['clear-chunk'] ?? [null])
                    : [null])
                    for (const backing of guest === 'simulated' ? defaults.backing : (axes.backing ?? defaults.backing))
                      for (const guests of axes.guests ?? defaults.guests)
                        candidates.push({
                          guest,
                          tracker,
                          workload,
                          memoryBytes,
                          ...volume,
                          cache,
                          vcpus,
                          ringEntries,
                          ...(clearChunkBytes === null ? {} : { clearChunkBytes }),
                          ...(backing === '4k' ? {} : { backing }),
                          ...(guests === 1 ? {} : { guests }),
                          ...(guests === 1 || axes['one-process'] !== true ? {} : { oneProcess: true as const }),
                          ...(axes.collect === 'running' ? { collect: axes.collect } : {}),
                          ...(axes.arming === true && guest !== 'simulated' ? { arming: true as const } : {}),
                          epochs: axes.epochs ?? defaults.epochs,
                          rounds: axes.rounds ?? defaults.rounds,
                          seed: axes.seed ?? defaults.seed,
                        });
  return candidates;
}

/** A tracker works on one kind of guest: on others that are named with it there is nothing to measure. */
function guestsFor(tracker: AnyTrackerName, { guest: named }: Axes): readonly GuestName[] {
  const { guest } = trackerKind(tracker);
  return named === undefined || named.includes(guest) ? [guest] : named;
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
