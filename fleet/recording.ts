import { resolve } from 'node:path';
import { recordingOf, recordingsOf } from '../measure/recordings.js';
import { checkWorkloadName, isTracePath, tracePrefix } from '../workloads/registry.js';

/** Recordings of its user's own that a host has, by the SHA-256 of their files: the path in a job is its coordinator's, and is not opened. */
export type Recordings = ReadonlyMap<string, string>;

/** Reads the recordings at these paths. @throws WorkloadError if one is missing or malformed. */
export function recordingsAt(paths: readonly string[]): Recordings {
  return new Map(
    paths.map((path) => {
      const workload = tracePrefix + resolve(path);
      checkWorkloadName(workload);
      return [recordingOf({ workload }) ?? '', workload];
    }),
  );
}

/** Those of these workloads that are recordings of the user's own, each once. @throws WorkloadError if one is missing or malformed. */
export function recordingsAmong(workloads: readonly string[]): ReturnType<typeof recordingsOf> {
  for (const workload of workloads) if (isTracePath(workload)) checkWorkloadName(workload);
  return recordingsOf(workloads.map((workload) => ({ workload })));
}

/** What would make a recording measured. */
export const remedy = 'copy the recording there, and start the worker with --recording FILE';
