import { expect, it } from 'vitest';
import { collect, write } from '../../../trackers/conformance.js';
import { BitmapScanSimd } from '../../../trackers/simd/bitmap-scan-simd.js';
import { conformance } from '../conformance.js';

conformance('bitmap-scan-parallel');

it.each([2, 3, 4])('hands over what %i threads find, however often their room is full', (threads) => {
  const pages = 500_001;
  const tracker = new BitmapScanSimd(pages, threads);
  const every = Array.from({ length: pages }, (_, page) => page);
  write(tracker, every);
  expect(collect(tracker, pages)).toEqual(every);
  write(tracker, [3, pages - 1]);
  expect(collect(tracker, 2)).toEqual([3, pages - 1]);
  tracker.close();
  tracker.close();
});
