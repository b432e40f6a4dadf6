import type { Exactness } from '../../base/exactness.js';
import { pageBytes } from '../../base/size.js';
import type { Results, Round } from '../../results/schema.js';
import { findsNothing } from '../../trackers/facts.js';
import { roleOf } from './role.js';

/** How much more a tracker finds than was written, and what a snapshot of what it finds would write. */
export interface Precision {
  /** What its answer is beside the pages written. */
  readonly exactness: Exactness;
  /** Mean of pages found by a collect. */
  readonly reportedPages: number;
  /** Pages found for each page written: 1 of an exact tracker. */
  readonly perWritten: number;
  /** Bytes of the pages of one collect, as a snapshot would write them. */
  readonly snapshotBytes: number;
}

/** The precision of a point; null of what finds nothing on purpose, and where nothing was written. */
export function precisionOf(results: Results, tracker: string, rounds: readonly Round[]): Precision | null {
  const written = sum(rounds, ({ dirtyPages }) => dirtyPages);
  if (findsNothing({ role: roleOf(tracker) }) || written === 0) return null;
  // In files of before pages found were kept every tracker was exact.
  const reported = sum(rounds, ({ dirtyPages, reportedPages }) => reportedPages ?? dirtyPages);
  const reportedPages = reported / sum(rounds, ({ epochs }) => epochs);
  return {
    exactness: exactnessIn(results, tracker),
    reportedPages,
    perWritten: reported / written,
    snapshotBytes: reportedPages * pageBytes,
  };
}

/** What a results file says of a tracker's answers. */
export function exactnessIn({ header }: Results, tracker: string): Exactness {
  return header.approximate?.find((one) => one.tracker === tracker)?.exactness ?? 'exact';
}

function sum<T>(items: readonly T[], value: (item: T) => number): number {
  return items.reduce((total, item) => total + value(item), 0);
}
