import { resolve } from 'node:path';
import { recordingOf } from '../measure/recordings.js';
import { checkWorkloadName } from '../workloads/registry.js';

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
