import type { JobsOptions } from 'bullmq';
import type { Job } from '../measure/plan.js';
import type { Header, Point } from '../results/schema.js';
import { tracePrefix } from '../workloads/registry.js';
import { withHashes } from './module.js';
import type { Seal, Sealed } from './seal.js';

/** How often a host tries a round that dirtybench itself failed at. */
const tries = 3;

/** A round as it is put into a queue. */
interface Task {
  readonly name: string;
  readonly data: Sealed;
  readonly opts: JobsOptions;
}

/** Tells hosts which rounds to measure. */
export class Tasks {
  readonly #seal: Seal;
  readonly #run: string;
  readonly #header: Header;
  /** The hash of each recording by its workload. */
  readonly #recordings: ReadonlyMap<string, string>;

  constructor(seal: Seal, run: string, header: Header) {
    this.#seal = seal;
    this.#run = run;
    this.#header = header;
    this.#recordings = new Map((header.recordings ?? []).map(({ path, sha256 }) => [tracePrefix + path, sha256]));
  }

  /** A round for a host, or for any if that is null; a queue has a task once by its key. */
  task(key: string, host: string | null, job: Job): Task {
    const of = this.#header.points[job.point] as Point;
    const data = this.#seal.seal('job', {
      run: this.#run,
      host,
      ...job,
      of: withHashes(of, this.#header.modules ?? []),
      recording: this.#recordings.get(of.workload) ?? null,
    });
    return { name: 'round', data, opts: { jobId: key, attempts: tries, removeOnComplete: true } };
  }
}
