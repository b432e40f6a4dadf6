import type { Module } from '../measure/modules.js';
import type { Header, Host } from '../results/schema.js';
import { tracePrefix } from '../workloads/registry.js';
import type { Offer } from './message.js';
import { remedy as moduleRemedy, shortHash } from './module.js';
import { remedy as recordingRemedy } from './recording.js';

/** A file of its user's own that a run measures. It is not sent: a host that does not have it leaves its rounds to others. */
export interface OwnFile {
  readonly kind: 'module' | 'recording';
  readonly axis: Module['axis'];
  /** What the axis calls it: the path of a module, or `trace:` and the path of a recording. */
  readonly name: string;
  readonly sha256: string;
}

/** The files of a run with these modules and recordings. */
export function ownFiles({ modules = [], recordings = [] }: Pick<Header, 'modules' | 'recordings'>): OwnFile[] {
  return [
    ...modules.map(({ axis, path, sha256 }) => ({ kind: 'module' as const, axis, name: path, sha256 })),
    ...recordings.map(({ path, sha256 }) => ({
      kind: 'recording' as const,
      axis: 'workload' as const,
      name: tracePrefix + path,
      sha256,
    })),
  ];
}

/** Whether a host has a file. */
export function holds({ modules, recordings }: Pick<Offer, 'modules' | 'recordings'>, file: OwnFile): boolean {
  return (file.kind === 'module' ? modules : recordings).includes(file.sha256);
}

/** Which of a run's files a host does not have, as its line in a results file says it. */
export function lackingFiles(
  files: readonly OwnFile[],
  offer: Pick<Offer, 'modules' | 'recordings'>,
): Host['unavailable'] {
  return files
    .filter((file) => !holds(offer, file))
    .map(({ kind, axis, name, sha256 }) => ({
      tracker: name,
      why: `its worker has no ${kind === 'module' ? `${axis} module` : 'recording'} with ${shortHash(sha256)}`,
      remedy: kind === 'module' ? moduleRemedy : recordingRemedy,
    }));
}
