import { describe, expect, test } from 'vitest';
import { analyse } from '../../../reports/analysis/analysis.js';
import { pointOf, resultsOf } from '../fixture.js';

const points = [64, 1024, 4096].flatMap((pagesPerEpoch) =>
  ['flag-queue', 'library-set', 'limit-touch'].map((tracker) => pointOf({ tracker, pagesPerEpoch })),
);
const { libraries } = analyse(
  resultsOf(points, ({ tracker, pagesPerEpoch }) => {
    const dirty = pagesPerEpoch ?? 0;
    // Marking by the library is dear; its collect is cheaper from 1024 pages on.
    return tracker === 'library-set'
      ? { collectNs: 3000 + 2 * dirty, runNs: 50 * dirty }
      : { collectNs: 100 + 10 * dirty, runNs: 5 * dirty };
  }),
);

describe('a contest with a library', () => {
  test('is of schemes with libraries, for detection and with marking', () => {
    expect(libraries.map(({ scheme, library, cost }) => [scheme, library, cost])).toEqual([
      ['flag-queue', 'library-set', 'collect'],
      ['flag-queue', 'library-set', 'total'],
    ]);
  });

  test('counts the cells, with the ratios', () => {
    const [collect] = libraries;
    expect(collect).toMatchObject({ cells: 3, cheaper: 1, ties: 0 });
    expect(collect?.mostRatio).toBeCloseTo(3128 / 740, 6);
    expect(collect?.dearer).toHaveLength(2);
    expect(collect?.dearer[0]?.ratio).toBeCloseTo(10340 / 5048, 6);
  });

  test('says what of the cost it is lost by', () => {
    expect(libraries[0]?.dearer[0]?.because).toMatch(/^the pages that were written: 10\.2 µs against 2\.05 µs$/);
    expect(libraries[1]?.dearer).toEqual([]);
  });
});
