import { mostRounds } from '../analysis/compare/rounds.js';
import type { Doubt, Moved } from '../analysis/compare/verdict.js';
import { formatRatio } from '../units.js';

/** The rule by which the other trackers of two files say what may be the machine, as it ends a sentence. */
export const beyondOthers =
  'beyond twice how far the other trackers moved, or, if that is more, beyond how far they moved and three deviations of how they ' +
  'scatter (alone: beyond a factor of two)';

/** Why a pair is undecided, and what it would take to decide it. */
export function doubtText(doubt: Doubt): string {
  switch (doubt.kind) {
    case 'floor':
      return 'within the floor: not told from what measuring costs';
    case 'few rounds':
      return `too few rounds: it takes ${roundsText(doubt.rounds)}`;
    case 'scatter':
      return `the rounds scatter: it takes ${roundsText(doubt.rounds)}`;
    case 'A/A pair':
      return `one point measured twice differs by ${formatRatio(doubt.ratio)}`;
    case 'alone':
      return `no other tracker shows how the machine moved, which may be by ${formatRatio(doubt.ratio)}: measure by turns, or others too`;
    case 'all moved':
      return `the other trackers moved by about ${formatRatio(doubt.middle)}${reach(doubt)} may be the machine`;
  }
}

/** Which ratios may be the machine's. */
function reach({ low, high }: Moved): string {
  const ends = [low, high].map(formatRatio);
  return new Set(ends).size === 1 ? ': it' : `, so that anything from ${ends.join(' to ')}`;
}

function roundsText(rounds: number | null): string {
  return rounds === null ? `more than ${mostRounds} rounds per side` : `about ${rounds} rounds per side`;
}
