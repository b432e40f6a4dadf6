import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Point } from '../results/schema.js';
import { checkWorkloadName, isTracePath } from '../workloads/registry.js';

/** Recordings of its user's own that a host has, by the SHA-256 of their files: the path in a job is its coordinator's, and is not opened. */
export type Recordings = ReadonlyMap<string, string>;

const prefix = 'trace:';

/** Reads the recordings at these paths. @throws WorkloadError if one is missing or malformed. */
export function recordingsAt(paths: readonly string[]): Recordings {
  return new Map(
    paths.map((path) => {
      const workload = prefix + resolve(path);
      checkWorkloadName(workload);
      return [recordingOf({ workload }) ?? '', workload];
    }),
  );
}

/** Those of these workloads that are recordings of the user's own, each once. @throws WorkloadError if one is missing or malformed. */
export function recordingsAmong(
  workloads: readonly string[],
): { readonly workload: string; readonly sha256: string }[] {
  return [...new Set(workloads)].flatMap((workload) => {
    if (isTracePath(workload)) checkWorkloadName(workload);
    const sha256 = recordingOf({ workload });
    return sha256 === null ? [] : [{ workload, sha256 }];
  });
}

/** What would make a recording measured. */
export const remedy = 'copy the recording there, and start the worker with --recording FILE';

/** The SHA-256 of the file that a point's workload is; null where it is none. */
export function recordingOf({ workload }: Pick<Point, 'workload'>): string | null {
  if (!isTracePath(workload)) return null;
  return createHash('sha256')
    .update(readFileSync(workload.slice(prefix.length)))
    .digest('hex');
}
