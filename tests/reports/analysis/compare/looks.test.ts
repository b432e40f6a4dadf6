import { describe, expect, it } from 'vitest';
import { goesOn, looks, roundsWanted } from '../../../../reports/analysis/compare/looks.js';
import type { Results, Round } from '../../../../results/schema.js';
import { headerOf, point, roundOf, timingOf } from '../../../results/fixture.js';

const against = { build: '../base', version: '0', commit: null, digest: 'a', ownDigest: 'b', looks };
/** As many rounds as a verdict on two pairs takes at each of four looks. */
const first = 12;
const points = ['flag-scan', 'bitmap-scan', 'null'].map((tracker) => ({ ...point, tracker, rounds: first }));
const header = headerOf(points, { twin: null, against });

/** Rounds of a point whose collects take 1 µs in the base, and `ratios` times that in this build. */
function roundsOf(index: number, ratios: readonly number[]): Round[] {
  return ratios.map((ratio, round): Round => {
    const { kind: _kind, point: _point, twin: _twin, beside: _beside, round: _round, ...measured } = roundOf();
    return {
      ...roundOf({ point: index, round, collect: timingOf(Math.round(100_000 * ratio)) }),
      against: { ...measured, collect: timingOf(100_000) },
    };
  });
}

/** The null tracker's rounds: 200 ns in both builds. */
const floor = roundsOf(2, Array<number>(first).fill(0.002));

function wanted(rounds: readonly Round[], changes: Partial<Results['header']> = {}): number[] {
  const results = { header: { ...header, ...changes }, rounds, hosts: [], isolation: [], wrongSets: [], warnings: [] };
  return roundsWanted({ ...results, rounds: [...rounds, ...floor] }, 0.05);
}

/** Ratios that scatter evenly, in their logarithms, around a middle. */
function scattered(middle: number, spread: number, count: number): number[] {
  return Array.from({ length: count }, (_, index) => middle * Math.exp(spread * ((2 * (index + 0.5)) / count - 1)));
}

describe('the rounds that a point is to have', () => {
  it('are those of the first look until it has them, and for a floor for ever', () => {
    expect(wanted([])).toEqual([first, first, first]);
    expect(wanted(roundsOf(0, scattered(1.3, 0.4, first - 1)))).toEqual([first, first, first]);
  });

  it('are twice as many where the look leaves it undecided, and no more where it does not', () => {
    const rounds = [...roundsOf(0, scattered(1.3, 0.6, first)), ...roundsOf(1, scattered(1.3, 0.1, first))];
    expect(wanted(rounds)).toEqual([2 * first, first, first]);
  });

  it('are those of the next look where it has begun with them, whatever the first of them say', () => {
    expect(wanted(roundsOf(0, scattered(1.3, 0.01, first + 1)))[0]).toBe(2 * first);
  });

  it('are never more than those of the last look', () => {
    const most = first * 2 ** (looks - 1);
    expect(wanted(roundsOf(0, scattered(1.06, 0.6, most)))[0]).toBe(most);
  });

  it('are the header’s where the run is looked at once, or of one build', () => {
    const rounds = roundsOf(0, scattered(1.3, 0.6, first));
    const { looks: _looks, ...once } = against;
    expect(wanted(rounds, { against: once })).toEqual([first, first, first]);
    const { against: _against, ...alone } = header;
    expect(
      roundsWanted({ header: alone, rounds, hosts: [], isolation: [], wrongSets: [], warnings: [] }, 0.05),
    ).toEqual([first, first, first]);
  });

  it('stay as they are where a point cannot be told from what measuring costs in either build', () => {
    const within = roundsOf(0, scattered(0.002, 0.001, first));
    expect(wanted(within)[0]).toBe(first);
  });
});

describe('a point goes on', () => {
  const look = { coverage: 0.999, threshold: 0.05, mostRounds: 8 * first };
  const base = Array<number>(first).fill(1);

  it('where it is undecided, and more rounds may decide it', () => {
    expect(goesOn(base, scattered(1.2, 0.5, first), look)).toBe(true);
  });

  it('not where it is slower, faster or the same', () => {
    for (const middle of [1.3, 0.7, 1]) expect(goesOn(base, scattered(middle, 0.02, first), look)).toBe(false);
  });

  it('not where it scatters so much that even the last look will not decide it', () => {
    // The middle lies at 1, the interval is ten times as wide as the threshold.
    expect(goesOn(base, scattered(1, 0.8, first), { ...look, mostRounds: 2 * first })).toBe(false);
  });

  it('not where one of its rounds took no time', () => {
    expect(goesOn([0, ...base.slice(1)], scattered(1.2, 0.5, first), look)).toBe(false);
  });
});
