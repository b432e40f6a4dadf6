import type { Analysis } from '../analysis/analysis.js';
import type { ComparedCost } from '../analysis/comparison.js';
import { isRecorded, settingKey } from '../analysis/setting.js';
import type { Winner } from '../analysis/winner.js';
import { slices } from '../slice.js';

/** How one scheme fares in the cells of memory and pages per epoch. */
export interface Wins {
  readonly cells: number;
  readonly wins: number;
  /** Cells in which it cannot be told from the cheapest. */
  readonly ties: number;
  readonly losses: number;
  /** The winners of the cells it loses, those of most cells first. */
  readonly losesTo: readonly string[];
  /** Its cost as a multiple of the winner's, in the cell where that is largest; 1 where it loses none. */
  readonly worst: number;
}

/** Counts a scheme's cells in the fullest slice of a guest; null where it is in none. */
export function winsOf(analysis: Analysis, guest: string, scheme: string, cost: ComparedCost): Wins | null {
  const here = analysis.winners.filter((each) => each.guest === guest && !isRecorded(each) && each.cost === cost);
  const cells = (slices(here, {})[0] ?? []).flatMap((winner) => {
    const own = costOf(analysis, winner, scheme);
    return own === null ? [] : [{ winner, ratio: own / Math.max(1, winner.medianNs) }];
  });
  if (cells.length === 0) return null;
  const wins = cells.filter(({ winner }) => winner.scheme === scheme && winner.ties.length === 0);
  const lost = cells.filter(({ winner }) => winner.scheme !== scheme && !winner.ties.includes(scheme));
  const losesTo = [...new Set(lost.map(({ winner }) => winner.scheme))];
  const count = (name: string) => lost.filter(({ winner }) => winner.scheme === name).length;
  return {
    cells: cells.length,
    wins: wins.length,
    ties: cells.length - wins.length - lost.length,
    losses: lost.length,
    losesTo: losesTo.sort((a, b) => count(b) - count(a)),
    worst: Math.max(1, ...lost.map(({ ratio }) => ratio)),
  };
}

function costOf(analysis: Analysis, cell: Winner, scheme: string): number | null {
  const point = analysis.points.find(
    (each) =>
      each.scheme === scheme &&
      each.memoryBytes === cell.memoryBytes &&
      each.pagesPerEpoch === cell.pagesPerEpoch &&
      settingKey(each) === settingKey(cell),
  );
  return point === undefined ? null : point[cell.cost].medianNs;
}
