import { describe, expect, it } from 'vitest';
import { Random } from '../../../../base/random.js';
import { matchesOf } from '../../../../reports/analysis/compare/matching.js';
import { coverageOfEach, type Pair, pairsOf } from '../../../../reports/analysis/compare/pair.js';
import type { Measurements, Series } from '../../../../reports/analysis/compare/series.js';

/** How the rounds of a point that has not changed scatter around 1; `when` is the time of the round, from 0 to 1. */
type Scatter = (random: Random, when: number) => number;

function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random.fraction())) * Math.cos(2 * Math.PI * random.fraction());
}

const scatters: Readonly<Record<string, Scatter>> = {
  'normal, 3 %': (random) => Math.exp(0.03 * normal(random)),
  skewed: (random) => 1 - 0.3 * Math.log(1 - random.fraction()),
  'two-humped': (random) => (random.fraction() < 0.6 ? 1 : 1.7) * Math.exp(0.02 * normal(random)),
  'with outliers': (random) => Math.exp(0.03 * normal(random)) * (random.fraction() < 0.1 ? 5 : 1),
  drifting: (random, when) => (1 + 0.3 * when) * Math.exp(0.03 * normal(random)),
};

const [pairs, rounds] = [20, 8];

/** A run of 20 points by 10 trackers, all rounds in one shuffled order, and the A/A pair; `factors` says which points take longer. */
function runOf(random: Random, scatter: Scatter, factors: Readonly<Record<number, number>> = {}): Measurements {
  const places = Array.from({ length: (pairs + 1) * rounds }, (_, place) => place);
  for (let i = places.length - 1; i > 0; i--) {
    const j = random.below(i + 1);
    [places[i], places[j]] = [places[j] as number, places[i] as number];
  }
  const valuesOf = (point: number) =>
    places
      .slice(point * rounds, (point + 1) * rounds)
      .map((place) => 1000 * (factors[point % pairs] ?? 1) * scatter(random, place / places.length));
  const series = Array.from({ length: pairs }, (_, point): Series => {
    const tracker = `tracker-${point >> 1}`;
    const axes = { tracker, memoryBytes: 1 + (point % 2) };
    return { metric: 'collect', subject: tracker, axes, conditions: {}, values: valuesOf(point), withinFloor: false };
  });
  return { series, twins: [{ metric: 'collect', first: series[0]?.values ?? [], second: valuesOf(pairs) }] };
}

function compared(base: Measurements, other: Measurements): Pair[] {
  const { matched } = matchesOf(base.series, other.series);
  return pairsOf(matched, [base, other], { coverage: coverageOfEach(pairs, false), threshold: 0.05, byTurns: false });
}

describe('verdicts on 20 pairs of 8 rounds', () => {
  it.each(Object.entries(scatters))('call identical code different in at most 5 % of all tables: $0', (_, scatter) => {
    const random = new Random(1);
    const tables = Array.from({ length: 1000 }, () => compared(runOf(random, scatter), runOf(random, scatter)));
    const apart = tables.filter((table) =>
      table.some(({ ratio }) => ratio !== null && (ratio.low > 1 || ratio.high < 1)),
    );
    const wrong = tables.filter((table) => table.some(({ verdict }) => verdict === 'slower' || verdict === 'faster'));
    expect(apart.length).toBeLessThanOrEqual(0.05 * tables.length);
    expect(wrong.length).toBeLessThanOrEqual(apart.length);
  });

  it.each([
    ['slower', 1.1],
    ['faster', 1 / 1.1],
  ] as const)('find a point that became $0 by 10 % beside a noise of 3 % in 95 % of all tables', (verdict, factor) => {
    const random = new Random(2);
    const scatter = scatters['normal, 3 %'] as Scatter;
    const tables = Array.from({ length: 500 }, () =>
      compared(runOf(random, scatter), runOf(random, scatter, { 7: factor })),
    );
    const judgements = tables.map((table) =>
      table.find(({ axes }) => axes.tracker === 'tracker-3' && axes.memoryBytes === 2),
    );
    expect(judgements.filter((pair) => pair?.verdict === verdict).length).toBeGreaterThanOrEqual(0.95 * tables.length);
    expect(judgements.filter((pair) => pair?.verdict === 'same')).toEqual([]);
  });

  it('call points the same that do not scatter much', () => {
    const random = new Random(3);
    const calm: Scatter = (source) => Math.exp(0.01 * normal(source));
    expect(compared(runOf(random, calm), runOf(random, calm)).map(({ verdict }) => verdict)).toEqual(
      Array.from({ length: pairs }, () => 'same'),
    );
  });

  it('call nothing slower where everything became slower: it may be the machine', () => {
    const random = new Random(4);
    const scatter = scatters['normal, 3 %'] as Scatter;
    const factors = Object.fromEntries(Array.from({ length: pairs }, (_, point) => [point, 1.4]));
    const table = compared(runOf(random, scatter), runOf(random, scatter, factors));
    expect(table.filter(({ verdict }) => verdict !== 'undecided')).toEqual([]);
    expect(table[0]?.doubt).toMatchObject({ kind: 'all moved', middle: expect.closeTo(1.4, 1) });
  });

  it('call a tracker slower that became so beyond what everything did', () => {
    const random = new Random(5);
    const scatter = scatters['normal, 3 %'] as Scatter;
    const factors = Object.fromEntries(Array.from({ length: pairs }, (_, point) => [point, point < 2 ? 1.6 : 1.2]));
    const table = compared(runOf(random, scatter), runOf(random, scatter, factors));
    expect(table.filter(({ verdict }) => verdict === 'slower').map(({ subject }) => subject)).toEqual([
      'tracker-0',
      'tracker-0',
    ]);
  });
});

/** A machine: how much of one round's slowness the next one has, how far that strays, and how far apart two runs begin. */
interface Machine {
  readonly memory: number;
  readonly strays: number;
  readonly apart: number;
  /** By how much (a standard deviation, of 1) trackers differ in what the machine's slowness makes of them. */
  readonly unlike: number;
}

const machines: Readonly<Record<string, Machine>> = {
  'drifts from round to round': { memory: 0.98, strays: 0.1, apart: 0, unlike: 0 },
  'is busier in one run': { memory: 0.9, strays: 0.05, apart: 0.15, unlike: 0 },
  'is busier in one run, which slows some trackers more than others': {
    memory: 0.9,
    strays: 0.05,
    apart: 0.15,
    unlike: 0.15,
  },
};

/** Trackers, points of each, and rounds of each point. */
type Shape = readonly [trackers: number, points: number, rounds: number];

/** A run on such a machine, all rounds in one shuffled order; what came before is in how slow a round is. */
function runOn(
  random: Random,
  { memory, strays, apart }: Machine,
  burdens: readonly number[],
  [, points, each]: Shape,
) {
  const count = burdens.length * points;
  const places = Array.from({ length: (count + 1) * each }, (_, place) => place);
  for (let i = places.length - 1; i > 0; i--) {
    const j = random.below(i + 1);
    [places[i], places[j]] = [places[j] as number, places[i] as number];
  }
  const level = apart * normal(random);
  let stray = strays * normal(random);
  const slowness = places.map(() => {
    stray = memory * stray + Math.sqrt(1 - memory ** 2) * strays * normal(random);
    return level + stray;
  });
  const valuesOf = (point: number) =>
    places.slice(point * each, (point + 1) * each).map((place) => {
      const burden = burdens[Math.floor((point % count) / points)] ?? 1;
      return 1000 * Math.exp(burden * (slowness[place] ?? 0) + 0.03 * normal(random));
    });
  const series = Array.from({ length: count }, (_, point): Series => {
    const tracker = `tracker-${Math.floor(point / points)}`;
    const axes = { tracker, memoryBytes: 1 + (point % points) };
    return { metric: 'collect', subject: tracker, axes, conditions: {}, values: valuesOf(point), withinFloor: false };
  });
  return { series, twins: [{ metric: 'collect' as const, first: series[0]?.values ?? [], second: valuesOf(count) }] };
}

describe('verdicts on two runs, of 5 to 9 rounds each', () => {
  it.each(
    Object.keys(machines).flatMap((name) =>
      (
        [
          [1, 1],
          [2, 2],
          [3, 3],
          [10, 2],
        ] as const
      ).map((of) => [name, ...of] as const),
    ),
  )(
    'call identical code different in at most one of 20 tables where the machine %s: %i trackers, %i points of each',
    (name, trackers, points) => {
      const random = new Random(10);
      const machine = machines[name] as Machine;
      const tables = Array.from({ length: 300 }, (_, index) => {
        const shape = [trackers, points, 5 + (index % 5)] as const;
        const burdens = Array.from({ length: trackers }, () => 1 + machine.unlike * normal(random));
        const [base, other] = [runOn(random, machine, burdens, shape), runOn(random, machine, burdens, shape)];
        const { matched } = matchesOf(base.series, other.series);
        const coverage = coverageOfEach(matched.length, false);
        return pairsOf(matched, [base, other], { coverage, threshold: 0.05, byTurns: false });
      });
      const wrong = tables.filter((table) => table.some(({ verdict }) => verdict === 'slower' || verdict === 'faster'));
      expect(wrong.length).toBeLessThanOrEqual(0.05 * tables.length);
    },
  );
});

/** What `measure --against` gives each of 20 points. */
const turns = 26;

/** 20 points, each of 26 rounds in two builds, one directly after the other; the machine changes all the time, and jumps at half. */
function byTurns(random: Random, scatter: Scatter, factors: Readonly<Record<number, number>> = {}): Pair[] {
  const both = Array.from({ length: pairs }, (_, point) =>
    Array.from({ length: turns }, () => {
      const when = random.fraction();
      const machine = when > 0.5 ? 1.4 : 1;
      const [first, second] = [0, 0].map(() => 1000 * machine * scatter(random, when));
      const [base = 1, own = 1] = random.fraction() < 0.5 ? [first, second] : [second, first];
      return [base, own * (factors[point] ?? 1)] as const;
    }),
  );
  const measured = (side: 0 | 1): Measurements => ({
    series: both.map((rounds, point): Series => {
      const tracker = `tracker-${point >> 1}`;
      const axes = { tracker, memoryBytes: 1 + (point % 2) };
      const values = rounds.map((round) => round[side]);
      return { metric: 'collect', subject: tracker, axes, conditions: {}, values, withinFloor: false };
    }),
    twins: [],
  });
  const [base, own] = [measured(0), measured(1)];
  const { matched } = matchesOf(base.series, own.series);
  return pairsOf(matched, [base, own], { coverage: coverageOfEach(pairs, true), threshold: 0.05, byTurns: true });
}

describe('verdicts on 20 pairs of builds that were measured by turns', () => {
  it.each(Object.entries(scatters))('call identical code different in at most 1 % of all tables: $0', (_, scatter) => {
    const random = new Random(6);
    const tables = Array.from({ length: 1000 }, () => byTurns(random, scatter));
    const wrong = tables.filter((table) => table.some(({ verdict }) => verdict === 'slower' || verdict === 'faster'));
    expect(wrong.length).toBeLessThanOrEqual(0.01 * tables.length);
  });

  it.each([
    ['normal, 3 %', 1.1, 'slower'],
    ['normal, 3 %', 1 / 1.1, 'faster'],
    ['drifting', 1.1, 'slower'],
    ['two-humped', 1.9, 'slower'],
  ] as const)('find, where rounds are %s, a factor of %f', (name, factor, verdict) => {
    const random = new Random(7);
    const tables = Array.from({ length: 300 }, () => byTurns(random, scatters[name] as Scatter, { 7: factor }));
    const found = tables.filter((table) =>
      table.some(
        ({ axes, ...pair }) => axes.tracker === 'tracker-3' && axes.memoryBytes === 2 && pair.verdict === verdict,
      ),
    );
    expect(found.length).toBeGreaterThanOrEqual(0.99 * tables.length);
  });

  it('find a factor of 1.3 in most tables where every tenth round is caught by something else, on either side', () => {
    const random = new Random(9);
    const caught = scatters['with outliers'] as Scatter;
    const tables = Array.from({ length: 300 }, () => byTurns(random, caught, { 7: 1.3 }));
    const found = tables.filter((table) => table.some(({ verdict }) => verdict === 'slower'));
    expect(found.length).toBeGreaterThanOrEqual(0.65 * tables.length);
  });

  it('call everything slower where everything became so: it is not the machine', () => {
    const factors = Object.fromEntries(Array.from({ length: pairs }, (_, point) => [point, 1.3]));
    const table = byTurns(new Random(8), scatters['normal, 3 %'] as Scatter, factors);
    expect(new Set(table.map(({ verdict }) => verdict))).toEqual(new Set(['slower']));
  });
});
