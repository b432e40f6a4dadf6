import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { analyse } from '../../../reports/analysis/analysis.js';
import type { Point } from '../../../results/schema.js';
import { jitter, pointOf, resultsOf } from '../fixture.js';

const GiB = 2 ** 30;
const pages = [1, 8, 64, 512, 4096];

function sweep(schemes: readonly string[], memories: readonly number[] = [GiB]): Point[] {
  return schemes.flatMap((tracker) =>
    memories.flatMap((memoryBytes) => pages.map((pagesPerEpoch) => pointOf({ tracker, memoryBytes, pagesPerEpoch }))),
  );
}

function crossovers(points: readonly Point[], collectNs: (point: Point, round: number) => number) {
  return analyse(resultsOf(points, (point, round) => ({ collectNs: collectNs(point, round) }))).crossovers.filter(
    ({ cost }) => cost === 'collect',
  );
}

describe('a crossover', () => {
  test('between powers of the pages is found where they meet', () => {
    // 10 * pages is 400 at 40 pages.
    const [found] = crossovers(sweep(['queue', 'scan']), ({ tracker, pagesPerEpoch }) =>
      tracker === 'queue' ? 10 * (pagesPerEpoch ?? 0) : 400,
    );
    expect(found).toMatchObject({ first: 'queue', second: 'scan', along: 'pages', held: GiB, from: 1, to: 4096 });
    if (found?.outcome.kind !== 'crosses') throw new Error(`it does not cross: ${found?.outcome.kind}`);
    const [crossing] = found.outcome.crossings;
    expect(crossing).toMatchObject({ after: 8, before: 64, below: 'queue', above: 'scan' });
    expect(crossing?.at).toBeCloseTo(40, 6);
  });

  test('lies between the measured positions around it, for any two power laws that cross', () => {
    const exponent = fc.double({ min: 0, max: 1.2, noNaN: true });
    fc.assert(
      fc.property(exponent, exponent, fc.double({ min: 2, max: 3000, noNaN: true }), (a, b, meet) => {
        fc.pre(Math.abs(a - b) > 0.1);
        const cost = (power: number, at: number) => 1e5 * (at / meet) ** power;
        const [found] = crossovers(sweep(['a', 'b']), ({ tracker, pagesPerEpoch }) =>
          cost(tracker === 'a' ? a : b, pagesPerEpoch ?? 0),
        );
        if (found?.outcome.kind !== 'crosses') throw new Error(`it does not cross: ${found?.outcome.kind}`);
        const [crossing] = found.outcome.crossings;
        expect((crossing?.at ?? 0) / meet).toBeCloseTo(1, 2);
        expect(crossing?.below).toBe(a > b ? 'a' : 'b');
      }),
      { numRuns: 8 },
    );
  });

  test('is none where one is always cheaper; it says by how many times', () => {
    const [found] = crossovers(sweep(['queue', 'scan']), ({ tracker, pagesPerEpoch }) =>
      tracker === 'queue' ? 100 : 200 + (pagesPerEpoch ?? 0),
    );
    expect(found?.outcome).toMatchObject({ kind: 'one cheaper', cheaper: 'queue' });
    if (found?.outcome.kind !== 'one cheaper') return;
    expect(found.outcome.leastRatio).toBeCloseTo(2.01, 2);
    expect(found.outcome.mostRatio).toBeCloseTo(42.96, 2);
  });

  test('is within noise where intervals overlap, whichever median is lower', () => {
    const [found] = crossovers(sweep(['a', 'b']), ({ tracker, pagesPerEpoch }, round) => {
      const tilt = tracker === 'a' ? 0 : ((pagesPerEpoch ?? 0) % 7) / 100;
      return 1000 * (1 + tilt) * jitter(round, 0.1);
    });
    expect(found?.outcome).toEqual({ kind: 'within noise' });
  });

  test('is within noise where the difference is below that of the A/A pair', () => {
    const points = sweep(['a', 'b']);
    const made = (point: Point) => ({ collectNs: point.tracker === 'a' ? 1000 : 1050 });
    const outcome = (twinNs: number) =>
      analyse(resultsOf(points, made, { twin: () => ({ collectNs: twinNs }) })).crossovers[0]?.outcome.kind;
    expect(outcome(1010)).toBe('one cheaper');
    expect(outcome(1100)).toBe('within noise');
  });

  test('along memory is found at each number of pages, and never between guests, workloads or caches', () => {
    const memories = [1, 4, 16, 64].map((gibibytes) => gibibytes * GiB);
    const points = memories.flatMap((memoryBytes) => [
      pointOf({ tracker: 'scan', memoryBytes }),
      pointOf({ tracker: 'tree', memoryBytes }),
      pointOf({ tracker: 'other', guest: 'kvm', memoryBytes }),
      pointOf({ tracker: 'other', cache: 'warm', memoryBytes }),
      pointOf({ tracker: 'other', workload: 'zipf', memoryBytes }),
      pointOf({ tracker: 'null', memoryBytes }),
    ]);
    const costs: Record<string, number> = { null: 10, tree: 8192, other: 8192 };
    const found = crossovers(points, ({ tracker, memoryBytes }) => costs[tracker] ?? memoryBytes / 2 ** 20);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({ along: 'memory', held: 64, first: 'scan', second: 'tree' });
    const outcome = found[0]?.outcome;
    if (outcome?.kind !== 'crosses') throw new Error(`it does not cross: ${outcome?.kind}`);
    expect(outcome.crossings).toMatchObject([{ below: 'scan', above: 'tree', after: 4 * GiB, before: 16 * GiB }]);
    expect((outcome.crossings[0]?.at ?? 0) / (8 * GiB)).toBeCloseTo(1, 6);
  });

  test('of marking and detection together counts what the queue charges the guest', () => {
    const results = resultsOf(sweep(['queue', 'scan']), ({ tracker, pagesPerEpoch }) =>
      tracker === 'queue'
        ? { collectNs: 50, runNs: 20 * (pagesPerEpoch ?? 0) }
        : { collectNs: 10000, runNs: pagesPerEpoch ?? 0 },
    );
    const outcomes = analyse(results).crossovers.map(({ cost, outcome }) => `${cost}: ${outcome.kind}`);
    expect(outcomes).toEqual(['collect: one cheaper', 'total: crosses']);
  });
});
