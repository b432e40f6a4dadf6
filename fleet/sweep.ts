import type { Availability } from '../guests/availability.js';
import { type Expansion, expand } from '../measure/expansion.js';
import { lackOfRoom } from '../measure/room.js';
import type { Sweep } from '../measure/sweep.js';
import type { Header, Host, Sharing } from '../results/schema.js';
import { type TrackerKind, trackers } from '../trackers/registry.js';

/**
 * The points that a fleet measures: where every host measures all, those that any of them can; where they share the rounds,
 * those that all can.
 * @throws UsageError if nothing is left; WorkloadError if a workload is not there at all.
 */
export function expandFor(sharing: Sharing, hosts: readonly Host[], sweeps: readonly Sweep[]): Expansion {
  // Backing and memory are not looked at: a host says only which trackers fail on pages of 4 KiB. Whether it has huge pages, and enough
  // of them, shows when it measures. If it refuses a point then, the user is told, and the point is given up on that host, or left to
  // the others where they share the rounds. Room in memory is seen to below, and by `pointsOf`.
  const here = (kind: TrackerKind): Availability => {
    // A module is of no name here: which of the hosts have it was asked before, and is asked again by `pointsOf`.
    const name = Object.entries(trackers).find(([, one]) => one === kind)?.[0] ?? '';
    const lacks = hosts.flatMap((host) => {
      const lack = host.unavailable.find(({ tracker }) => tracker === name);
      return lack === undefined
        ? []
        : [{ works: false as const, why: `on host '${host.name}': ${lack.why}`, remedy: lack.remedy }];
    });
    const [first] = lacks;
    const works = sharing === 'each' ? lacks.length < hosts.length : first === undefined;
    return works || first === undefined ? { works: true } : first;
  };
  const memories = hosts.map(({ environment }) => environment.memoryBytes);
  return expand(sweeps, here, sharing === 'each' ? Math.max(...memories) : Math.min(...memories));
}

/** A host as a run's results file lists it: with the indexes of the points that it has too little memory for, if there are any. */
export function asInRun({ points }: Pick<Header, 'points'>, host: Host): Host {
  const withoutRoom = points.flatMap((point, index) =>
    lackOfRoom(point, host.environment.memoryBytes) === null ? [] : [index],
  );
  return withoutRoom.length === 0 ? host : { ...host, withoutRoom };
}

/**
 * Indexes of the points that a host of the file can measure: those whose tracker and workload are not among what it lists as unavailable,
 * modules and recordings that it does not have included, and for which it has enough memory.
 */
export function pointsOf({ points }: Pick<Header, 'points'>, { unavailable, environment }: Host): number[] {
  return points.flatMap((point, index) => {
    const works = !unavailable.some(({ tracker }) => tracker === point.tracker || tracker === point.workload);
    return works && lackOfRoom(point, environment.memoryBytes) === null ? [index] : [];
  });
}
