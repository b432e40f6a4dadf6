import { isModulePath } from '../base/modulepath.js';
import { UsageError } from '../measure/problem.js';
import { roundBytes } from '../measure/room.js';
import type { Header, Host, Sharing } from '../results/schema.js';
import { differences, type Kind, kindOf } from './kind.js';
import type { Run } from './message.js';
import { shortHash } from './module.js';
import { holds, lackingFiles, type OwnFile } from './ownfile.js';
import type { Member } from './roster.js';

/** Which hosts of a fleet a run is for. */
export interface Choice {
  readonly sharing: Sharing;
  readonly labels: Host['labels'];
  /** Whether hosts that are not alike may share rounds. */
  readonly mixed: boolean;
}

/**
 * The hosts that are there and have every label asked for. What a host lacks of the run's files does not work on it; where
 * hosts share the rounds, it is left out.
 * @throws UsageError if such hosts are there, and a file is on none of them.
 */
export function chosenAmong(
  roster: readonly Member[],
  { labels, sharing }: Pick<Choice, 'labels' | 'sharing'>,
  files: readonly OwnFile[],
): Host[] {
  const labelled = roster.filter(
    ({ alive, offer }) =>
      alive &&
      labels.every(({ name, value }) => offer.host.labels.some((one) => one.name === name && one.value === value)),
  );
  insistSomewhere(labelled, files);
  return labelled
    .map(({ offer }) => ({ host: offer.host, lacks: lackingFiles(files, offer) }))
    .filter(({ lacks }) => sharing === 'each' || lacks.length === 0)
    .map(({ host, lacks }) => ({ ...host, unavailable: [...host.unavailable, ...lacks] }));
}

function insistSomewhere(members: readonly Member[], files: readonly OwnFile[]): void {
  const nowhere = files.find((file) => !members.some(({ offer }) => holds(offer, file)));
  if (nowhere === undefined || members.length === 0) return;
  const { kind, axis, name, sha256 } = nowhere;
  throw new UsageError(
    `${axis} '${name}' (${shortHash(sha256)}) is on none of the fleet's hosts that were chosen (${members.length}): ` +
      `${kind === 'module' ? 'code is' : 'recordings are'} not sent, so copy the file there, and start workers with --${kind} FILE`,
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

/** What a host must have to measure a run of these points, with these files. */
export function needsOf(
  { points }: Pick<Header, 'points'>,
  files: readonly OwnFile[],
  hosts: readonly Host[],
  { sharing, labels }: Choice,
  kind: Kind | null,
): Pick<Run, 'names' | 'kind' | 'labels' | 'trackers' | 'modules' | 'recordings' | 'memoryBytes'> {
  if (sharing === 'each') {
    const none = { labels: [], trackers: [], modules: [], recordings: [] };
    return { names: hosts.map(({ name }) => name), kind: null, ...none, memoryBytes: 0 };
  }
  const hashesOf = (kind: OwnFile['kind']) => files.filter((file) => file.kind === kind).map(({ sha256 }) => sha256);
  return {
    names: null,
    kind,
    labels,
    trackers: [...new Set(points.map(({ tracker }) => tracker))].filter((tracker) => !isModulePath(tracker)),
    modules: hashesOf('module'),
    recordings: hashesOf('recording'),
    memoryBytes: Math.max(...points.map(roundBytes)),
  };
}
