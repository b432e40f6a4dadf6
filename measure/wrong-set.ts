import { exitCodes, UserError } from '../base/usererror.js';
import type { Workload } from '../workloads/workload.js';

/** A collect that is not the set of pages written: the tracker lost a page, found one twice, or made one up. */
export class WrongSetError extends UserError {
  override readonly name = 'WrongSetError';
  override readonly exitCode = exitCodes.finding;
}

/** How the pages of a collect differ from those that were written. */
export interface SetDifference {
  /** Written and not found. */
  readonly missing: readonly number[];
  /** Found and not written. */
  readonly extra: readonly number[];
  /** Found more than once, each named once. */
  readonly doubled: readonly number[];
}

/** Compares a collect with the pages that an epoch wrote. */
export function differenceOf(written: Iterable<number>, found: Iterable<number>): SetDifference {
  const expected = new Set(written);
  const seen = new Set<number>();
  const doubled = new Set<number>();
  for (const page of found) {
    if (seen.has(page)) doubled.add(page);
    seen.add(page);
  }
  return {
    missing: [...expected].filter((page) => !seen.has(page)),
    extra: [...seen].filter((page) => !expected.has(page)),
    doubled: [...doubled],
  };
}

/** Pages of each kind that are named. */
const mostNamed = 8;

/**
 * `missing 5 (last written in epoch 80); extra 7 (never written); ...`: behind each page the epoch in which it was last written. Of every page
 * that `lastWritten` lacks it says `never written`: a map that is empty because nobody knows makes that untrue of missing pages.
 */
export function describeDifference(difference: SetDifference, lastWritten: ReadonlyMap<number, number>): string {
  const kinds = [
    ['missing', difference.missing],
    ['extra', difference.extra],
    ['doubled', difference.doubled],
  ] as const;
  return kinds
    .filter(([, pages]) => pages.length > 0)
    .map(([kind, pages]) => {
      const named = pages.slice(0, mostNamed).map((page) => `${page} (${when(lastWritten.get(page))})`);
      const more = pages.length > mostNamed ? ` and ${pages.length - mostNamed} more` : '';
      return `${kind} ${named.join(', ')}${more}`;
    })
    .join('; ');
}

function when(epoch: number | undefined): string {
  return epoch === undefined ? 'never written' : `last written in epoch ${epoch}`;
}

/**
 * In which epoch, from 1, each page was last written up to `epochs`, found by running the workload again: nothing has to be
 * remembered beside a measurement for the case that a set is wrong. `workload` has to be a new one: it is taken from its first epoch on.
 */
export function lastWrites(workload: Workload, epochs: number): Map<number, number> {
  const last = new Map<number, number>();
  const into = new Uint32Array(workload.mostWrites);
  for (let epoch = 1; epoch <= epochs; epoch++) {
    const count = workload.next(into);
    for (let i = 0; i < count; i++) last.set(into[i] as number, epoch);
  }
  return last;
}
