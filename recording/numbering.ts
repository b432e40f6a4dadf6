import { mostTracePages } from '../base/trace.js';

/** A run of pages of an address space: the first, and the one after its last. */
export type Run = readonly [first: number, end: number];

/** Untouched pages that a gap keeps at most; fewer where there are so many gaps that a trace could not number all. */
const longestGap = 512;

/** Page numbers as a trace has them: addresses with the large holes taken out. */
export interface Numbering {
  /** Size of the page-number space. */
  readonly pages: number;
  /** Pages in the runs. */
  readonly resident: number;
  /** The number of a page that is in one of the runs. */
  number(page: number): number;
}

/** Numbers the pages of `runs`, which may be in any order and overlap, and there is at least one of them. */
export function numberPages(runs: readonly Run[]): Numbering {
  const merged = merge(runs);
  const resident = merged.reduce((sum, [first, end]) => sum + end - first, 0);
  const room = Math.floor((mostTracePages - resident) / merged.length);
  const longest = Math.max(1, Math.min(longestGap, room));
  const firsts: number[] = [];
  let next = 0;
  let before: number | undefined;
  for (const [first, end] of merged) {
    if (before !== undefined) next += Math.min(first - before, longest);
    firsts.push(next);
    next += end - first;
    before = end;
  }
  return {
    pages: next,
    resident,
    number(page) {
      const index = lastFrom(merged, page);
      return (firsts[index] as number) + page - (merged[index] as Run)[0];
    },
  };
}

function merge(runs: readonly Run[]): Run[] {
  const sorted = runs.toSorted(([a], [b]) => a - b);
  const merged: [number, number][] = [];
  for (const [first, end] of sorted) {
    const last = merged.at(-1);
    if (last !== undefined && first <= last[1]) last[1] = Math.max(last[1], end);
    else merged.push([first, end]);
  }
  return merged;
}

/** The last run that begins at or before `page`. */
function lastFrom(runs: readonly Run[], page: number): number {
  let low = 0;
  let high = runs.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((runs[middle] as Run)[0] <= page) low = middle;
    else high = middle - 1;
  }
  return low;
}
