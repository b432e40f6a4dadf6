import { describe, expect, it } from 'vitest';
import { beginIsolation, concludeCheck, isDifferent, leaveUnchecked } from '../../measure/isolation.js';
import { pointOf, resultsOf } from '../reports/fixture.js';

const nothing = { aloneNs: [], besideNs: [], aloneRunNs: [], besideRunNs: [] };

describe('a tracker held against itself', () => {
  it('differs where its guest does, whatever its collects take', () => {
    const same = { aloneNs: [100, 101, 102], besideNs: [100, 101, 102] };
    const check = {
      tracker: 'flag-queue',
      point: 0,
      ...same,
      aloneRunNs: [300, 301, 305],
      besideRunNs: [301, 302, 303],
    };
    expect(concludeCheck(check, 16)).toMatchObject({ measured: 'beside', why: 'same' });
    const slowed = concludeCheck({ ...check, besideRunNs: [1000, 1100, 400] }, 16);
    expect(slowed).toMatchObject({ measured: 'alone', why: 'run differs', besideRunNs: [1000, 1100, 400] });
  });

  it.each([
    ['takes the same', [100, 101, 102], [101, 102, 103], false],
    ['differs by less than a tenth', [100, 101, 102], [106, 107, 108], false],
    ['is slower beside others', [100, 101, 102], [115, 116, 117], true],
    ['is faster beside others', [100, 101, 102], [60, 61, 62], true],
    ['differs by a sixth, within the noise of its rounds', [100, 101, 130], [90, 117, 120], false],
    ['differs by more than so few rounds can excuse', [100, 101, 170], [150, 155, 160], true],
    ['was not measured beside others', [100], [], false],
  ])('%s', (_what, aloneNs, besideNs, different) => {
    expect(isDifferent(aloneNs, besideNs)).toBe(different);
  });
});

describe('what is checked at the begin of a run', () => {
  it('is no tracker that a run before has decided about, checked or not', () => {
    const points = [pointOf({ tracker: 'flag-scan', rounds: 60 }), pointOf({ tracker: 'bitmap-scan', rounds: 60 })];
    const { header } = resultsOf(points, () => ({ collectNs: 100 }));
    const jobs = points.flatMap(({ rounds }, point) =>
      Array.from({ length: rounds }, (_, round) => ({ point, twin: false, round })),
    );
    const held = leaveUnchecked({ tracker: 'flag-scan', point: 0, ...nothing }, 2);
    const { checks, decided } = beginIsolation(header, jobs, 2, [held]);
    expect(checks.map(({ tracker }) => tracker)).toEqual(['bitmap-scan']);
    expect(decided).toEqual([]);
  });

  it('is no point that takes several cores: it is measured alone, whatever a check says', () => {
    const tracker = 'kvm-ring';
    const several = [pointOf({ tracker, vcpus: 2, rounds: 60 }), pointOf({ tracker, guests: 2, rounds: 60 })];
    const one = pointOf({ tracker, rounds: 60 });
    const begun = (points: typeof several) => {
      const { header } = resultsOf(points, () => ({ collectNs: 100 }));
      const jobs = points.flatMap(({ rounds }, point) =>
        Array.from({ length: rounds }, (_, round) => ({ point, twin: false, round })),
      );
      return beginIsolation(header, jobs, 2, []);
    };
    expect(begun(several)).toEqual({ decided: [], checks: [] });
    expect(begun([...several, one]).checks.map(({ point }) => point)).toEqual([2]);
  });

  it('is what fits a tenth of it, also where a tracker with more rounds does not', () => {
    const points = [
      pointOf({ tracker: 'flag-scan', epochs: 200, rounds: 20 }),
      pointOf({ tracker: 'bitmap-scan', epochs: 3000, rounds: 8 }),
    ];
    const { header } = resultsOf(points, () => ({ collectNs: 100 }));
    const jobs = points.flatMap(({ rounds }, point) =>
      Array.from({ length: rounds }, (_, round) => ({ point, twin: false, round })),
    );
    const { checks, decided } = beginIsolation(header, jobs, 2, []);
    // A tenth is 2.8 rounds: a check of flag-scan takes 3 of its own, one of bitmap-scan 0.3.
    expect(checks.map(({ tracker }) => tracker)).toEqual(['bitmap-scan']);
    expect(decided.map(({ tracker, why }) => [tracker, why])).toEqual([['flag-scan', 'not checked']]);
  });
});
