import { describe, expect, test } from 'vitest';
import { noiseOf, noiseShare } from '../../../reports/analysis/noise.js';
import { jitter, pointOf, resultsOf } from '../fixture.js';

const points = [pointOf({ tracker: 'flag-scan' }), pointOf({ tracker: 'flag-queue' })];

describe('the noise', () => {
  test('is the difference of the A/A pair, with an interval', () => {
    const results = resultsOf(points, (_, round) => ({ collectNs: 1000 * jitter(round, 0.01) }), {
      twin: (round) => ({ collectNs: 1030 * jitter(round, 0.01) }),
    });
    const noise = noiseOf(results);
    expect(noise).toMatchObject({ kind: 'measured', index: 0, rounds: 5 });
    if (noise.kind !== 'measured') return;
    expect(noise.difference.value).toBeCloseTo(0.03, 3);
    expect(noise.share).toBe(noise.difference.value);
    expect(noise.difference.low).toBeLessThan(0.03);
    expect(noise.difference.high).toBeGreaterThan(0.03);
  });

  test('is a size: a quicker twin counts like a slower one', () => {
    const results = resultsOf(points, () => ({ collectNs: 1000 }), { twin: () => ({ collectNs: 900 }) });
    const difference = { value: -0.1, low: -0.1, high: -0.1 };
    expect(noiseOf(results)).toMatchObject({ difference, share: expect.closeTo(1000 / 900 - 1) });
  });

  test('has the same size whichever of the two is measured first', () => {
    const share = (first: number, second: number) => {
      const twin = () => ({ collectNs: second });
      return noiseShare(noiseOf(resultsOf(points, () => ({ collectNs: first }), { twin })));
    };
    expect(share(100, 200)).toBe(1);
    expect(share(200, 100)).toBe(1);
  });

  test.each([
    [0, 10],
    [10, 0],
  ])('is not known where one of the two took no time that the timer can tell (%i and %i ns)', (first, second) => {
    const twin = () => ({ collectNs: second });
    expect(noiseOf(resultsOf(points, () => ({ collectNs: first }), { twin }))).toMatchObject({
      kind: 'absent',
      why: expect.stringContaining('timer'),
    });
  });

  test('is absent, with the reason, when the twin has no round', () => {
    const results = resultsOf(points, () => ({ collectNs: 1000 }), { twin: null });
    expect(noiseOf(results)).toEqual({ kind: 'absent', why: expect.stringContaining('A/A pair') });
  });

  test('is absent, with the reason, when the machine could not measure the pair', () => {
    const results = resultsOf(points, () => ({ collectNs: 1000 }));
    expect(noiseOf({ ...results, header: { ...results.header, twin: null } })).toEqual({
      kind: 'absent',
      why: 'no point was measured twice',
    });
  });
});
