import { type Job, planJobs } from '../measure/plan.js';
import type { FleetFile } from '../results/fleet.js';
import { fleetKey } from '../results/fleet.js';
import type { Header, Sharing } from '../results/schema.js';
import { pointsOf } from './sweep.js';

/** The rounds of one queue: those of one host, or those that hosts share. */
export interface Share {
  /** Null: any host of the run. */
  readonly host: string | null;
  /** Not finished, not given up, in the order they are to be measured. */
  readonly left: Map<string, Job>;
  /** All that it had when this coordinator began. */
  readonly total: number;
}

/** What is left to be measured, by queue. */
export function sharesOf(file: FleetFile): Share[] {
  const { header } = file;
  const sharing = header.fleet?.hosts ?? 'split';
  if (sharing === 'split') return [shareOf(header, sharing, null, file, header.points.keys())];
  return file.hosts.map((host) => shareOf(header, sharing, host.name, file, pointsOf(header, host)));
}

function shareOf(
  header: Header,
  sharing: Sharing,
  host: string | null,
  file: FleetFile,
  points: Iterable<number>,
): Share {
  const measured = new Set(points);
  const jobs = planJobs(header, []).filter(({ point }) => measured.has(point));
  const wrong = new Set(file.wrongSets.map((one) => `${one.point} ${sharing === 'each' ? one.host : ''}`));
  const left = jobs.filter(
    (job) => !file.has({ ...job, host }) && !wrong.has(`${job.point} ${sharing === 'each' ? host : ''}`),
  );
  return { host, left: new Map(left.map((job) => [fleetKey(sharing, { ...job, host }), job])), total: jobs.length };
}
