import { Uniform } from './uniform.js';
import type { Workload, WorkloadSettings } from './workload.js';

export const workloadNames = ['uniform'] as const;

/** The name of a synthetic workload; a recorded one is `trace:` and a name or a path. */
export type WorkloadName = (typeof workloadNames)[number];

export interface WorkloadKind {
  /** What it is, in a line. */
  readonly summary: string;
  create(pages: number, pagesPerEpoch: number, seed: number): Workload;
}

/** Every synthetic workload there is. */
export const workloads: Record<WorkloadName, WorkloadKind> = {
  uniform: {
    summary: 'pages anywhere in memory, each as likely as any other',
    create: (pages, pagesPerEpoch, seed) => new Uniform(pages, pagesPerEpoch, seed),
  },
};

/** A workload that cannot be had: an unknown name, a recording that is missing or malformed. */
export class WorkloadError extends Error {
  override readonly name = 'WorkloadError';
}

function isWorkloadName(name: string): name is WorkloadName {
  return Object.hasOwn(workloads, name);
}

/**
 * Makes the workload called `name` for a guest.
 * @throws WorkloadError if there is none of that name, or it does not suit the settings.
 */
export function openWorkload(name: string, settings: WorkloadSettings): Workload {
  if (!isWorkloadName(name)) throw new WorkloadError(`unknown workload '${name}': one of ${workloadNames.join(', ')}`);
  if (settings.pagesPerEpoch === null) throw new WorkloadError(`workload '${name}' needs a number of pages per epoch`);
  return workloads[name].create(settings.pages, settings.pagesPerEpoch, settings.seed);
}
