import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Place, predict, type Sample } from '../../../../reports/analysis/advice/curve.js';
import { jitter } from '../../fixture.js';

interface Law {
  readonly fixed: number;
  readonly perPage: number;
  readonly perDirty: number;
}

const memories = [2 ** 17, 2 ** 20, 2 ** 24];
const pages = [16, 256, 4096];

function costOf({ fixed, perPage, perDirty }: Law, { memoryPages, dirtyPages }: Place): number {
  return fixed + perPage * memoryPages + perDirty * dirtyPages;
}

function sampled(law: Law, noise: number, held: Partial<Place> = {}): Sample[] {
  const along = (axis: keyof Place, values: readonly number[]) => {
    const only = held[axis];
    return only === undefined ? values : [only];
  };
  return along('memoryPages', memories).flatMap((memoryPages, m) =>
    along('dirtyPages', pages).map((dirtyPages, d) => {
      const medianNs = costOf(law, { memoryPages, dirtyPages }) * jitter(3 * m + d, noise);
      return { memoryPages, dirtyPages, medianNs, lowNs: medianNs * 0.99, highNs: medianNs * 1.01 };
    }),
  );
}

const laws = fc.record({
  fixed: fc.double({ min: 100, max: 20_000, noNaN: true }),
  perPage: fc.double({ min: 0, max: 1, noNaN: true }),
  perDirty: fc.double({ min: 0, max: 500, noNaN: true }),
});
const places = fc.record({
  memoryPages: fc.integer({ min: 2 ** 17, max: 2 ** 24 }),
  dirtyPages: fc.integer({ min: 16, max: 4096 }),
});
/** Also far beyond what is measured, both ways. */
const anywhere = fc.record({
  memoryPages: fc.integer({ min: 2 ** 14, max: 2 ** 28 }),
  dirtyPages: fc.integer({ min: 1, max: 2 ** 17 }),
});

describe('a cost foretold', () => {
  it('holds the true one between what was measured, whatever the costs', () => {
    fc.assert(
      fc.property(laws, places, (law, place) => {
        const found = predict(sampled(law, 0.02), place);
        expect(found?.low).toBeLessThanOrEqual(costOf(law, place));
        expect(found?.high).toBeGreaterThanOrEqual(costOf(law, place));
      }),
    );
  });

  it('holds the true one beyond it too, and says that it is extrapolated', () => {
    fc.assert(
      fc.property(laws, anywhere, (law, place) => {
        const found = predict(sampled(law, 0), place);
        const isBeyond = place.memoryPages < 2 ** 16 || place.memoryPages > 2 ** 25 || place.dirtyPages > 8192;
        if (isBeyond) expect(found?.basis).toBe('extrapolated');
        expect(found?.low).toBeLessThanOrEqual(costOf(law, place));
        expect(found?.high).toBeGreaterThanOrEqual(costOf(law, place));
        expect(found?.value).toBeGreaterThanOrEqual(found?.low ?? Infinity);
        expect(found?.value).toBeLessThanOrEqual(found?.high ?? 0);
      }),
    );
  });

  it('says of pages that were held nothing but that it grows no faster than they do', () => {
    fc.assert(
      fc.property(laws, anywhere, (law, place) => {
        const found = predict(sampled(law, 0, { dirtyPages: 64 }), place);
        expect(found?.low).toBeLessThanOrEqual(costOf(law, place));
        expect(found?.high).toBeGreaterThanOrEqual(costOf(law, place));
      }),
    );
    const law = { fixed: 1000, perPage: 0, perDirty: 10 };
    const found = predict(sampled(law, 0, { dirtyPages: 64 }), { memoryPages: 2 ** 20, dirtyPages: 6400 });
    expect(found?.basis).toBe('extrapolated');
    expect((found?.high ?? 0) / (found?.low ?? 1)).toBeGreaterThan(100);
  });

  it('is what was measured where it was', () => {
    const samples = sampled({ fixed: 1000, perPage: 0.1, perDirty: 10 }, 0.05);
    const [, , , place] = samples;
    if (place === undefined) throw new Error('no sample');
    expect(predict(samples, place)).toMatchObject({ value: place.medianNs, basis: 'measured', samples: 1 });
  });

  it('has a wider interval the less what was measured follows the model', () => {
    const place = { memoryPages: 2 ** 22, dirtyPages: 1000 };
    const law = { fixed: 5000, perPage: 0.01, perDirty: 20 };
    const width = (noise: number) => {
      const found = predict(sampled(law, noise), place);
      return (found?.high ?? 0) / (found?.low ?? 1);
    };
    expect(width(0.4)).toBeGreaterThan(1.5 * width(0.01));
  });

  it('is none where nothing was measured', () => {
    expect(predict([], { memoryPages: 1, dirtyPages: 1 })).toBeNull();
  });
});
