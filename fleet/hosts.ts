import { UsageError } from '../measure/problem.js';
import { roundBytes } from '../measure/room.js';
import type { Header, Host, Sharing } from '../results/schema.js';
import { differences, type Kind, kindOf } from './kind.js';
import type { Run } from './message.js';
import type { Member } from './roster.js';

/** Which hosts of a fleet a run is for. */
export interface Choice {
  readonly sharing: Sharing;
  readonly labels: Host['labels'];
  /** Whether hosts that are not alike may share rounds. */
  readonly mixed: boolean;
}

/** The hosts that are there and have every label asked for. */
export function chosenAmong(roster: readonly Member[], { labels }: Pick<Choice, 'labels'>): Host[] {
  return roster
    .filter(({ alive }) => alive)
    .map(({ offer }) => offer.host)
    .filter((host) =>
      labels.every(({ name, value }) => host.labels.some((one) => one.name === name && one.value === value)),
    );
}

/**
 * What hosts that share rounds must be like; null: whatever they are. `warn` is told in what hosts of a mixed run differ.
 * @throws UsageError if they are not alike, and that was not allowed.
 */
export function sharedKind(hosts: readonly Host[], { mixed }: Choice, warn: (text: string) => void): Kind | null {
  const [first, ...others] = hosts;
  if (first === undefined) return null;
  const unlike = others.find((host) => differences(kindOf(first), kindOf(host)).length > 0);
  if (unlike !== undefined) {
    const why = `hosts '${first.name}' and '${unlike.name}' are not alike (${differences(kindOf(first), kindOf(unlike)).join('; ')})`;
    if (!mixed) {
      throw new UsageError(
        `${why}: what differs between rounds would be hosts, not noise; choose hosts with --label, measure all on each with ` +
          '--hosts each, or say --mixed to share all the same',
      );
    }
    warn(`${why}: their rounds are mixed, as asked`);
  }
  return mixed ? null : kindOf(first);
}

/** What a host must have to measure a run of these points. */
export function needsOf(
  { points }: Pick<Header, 'points'>,
  hosts: readonly Host[],
  { sharing, labels }: Choice,
  kind: Kind | null,
): Pick<Run, 'names' | 'kind' | 'labels' | 'trackers' | 'memoryBytes'> {
  if (sharing === 'each') {
    return { names: hosts.map(({ name }) => name), kind: null, labels: [], trackers: [], memoryBytes: 0 };
  }
  return {
    names: null,
    kind,
    labels,
    trackers: [...new Set(points.map(({ tracker }) => tracker))],
    memoryBytes: Math.max(...points.map(roundBytes)),
  };
}
