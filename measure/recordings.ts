import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Header, Point } from '../results/schema.js';
import { isTracePath, tracePrefix } from '../workloads/registry.js';

type Recordings = NonNullable<Header['recordings']>;

/**
 * The recordings that points name by the path of a file, each once. That they are there is for the caller to see to (`checkWorkloadName`).
 * @throws Error if one cannot be read.
 */
export function recordingsOf(points: readonly Pick<Point, 'workload'>[]): Recordings {
  return [...new Set(points.map(({ workload }) => workload))].flatMap((workload) => {
    const sha256 = recordingOf({ workload });
    return sha256 === null ? [] : [{ path: workload.slice(tracePrefix.length), sha256 }];
  });
}

/** The SHA-256 of the file that a point's workload is; null where it is none. @throws Error if it cannot be read. */
export function recordingOf({ workload }: Pick<Point, 'workload'>): string | null {
  if (!isTracePath(workload)) return null;
  return createHash('sha256')
    .update(readFileSync(workload.slice(tracePrefix.length)))
    .digest('hex');
}
