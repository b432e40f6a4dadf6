import { describe, expect, it } from 'vitest';
import type { Exactness } from '../../base/exactness.js';
import { availability } from '../../guests/availability.js';
import type { ProcessTrackerKind } from '../../trackers/kind.js';
import { trackers } from '../../trackers/registry.js';

const pages = 16384;
/** What the guest that is tried out writes. */
const written = [0, 63, 64, 4097, pages - 1];

/** A tracker on a process that answers its collects with these, whatever was written. */
function answering(exactness: Exactness, ...answers: readonly (readonly number[])[]): ProcessTrackerKind {
  const left = [...answers];
  return {
    guest: 'process',
    summary: 'answers as it is told',
    usedBy: 'this test',
    exactness,
    needs: 'another test',
    bytes: () => 0,
    attach: () => ({
      kernelNs: 0,
      collect(into) {
        const answer = left.shift() ?? [];
        into.set(answer);
        return answer.length;
      },
      close() {},
    }),
  };
}

describe('a tracker on a process works', () => {
  it.each([
    ['that finds what was written, and then nothing', answering('exact', written)],
    ['that may find pages near them, and does', answering('per epoch', [...written, 1, 2], [5])],
    ['that keeps what it has found', answering('cumulative', [...written, 7], [7, ...written])],
  ])('%s', (_, tracker) => {
    expect(availability(tracker)).toEqual({ works: true });
  });
});

describe('a tracker on a process does not work', () => {
  it.each([
    ['that finds more than was written', answering('exact', [...written, 9]), 'and 0 9 63 64 4097 16383 found'],
    ['that finds a page twice', answering('exact', [...written, 0]), 'and 0 0 63 64 4097 16383 found'],
    ['that still finds it afterwards', answering('exact', written, [63]), 'then 63'],
    ['that misses a page', answering('per epoch', written.slice(1)), 'and 63 64 4097 16383 found'],
    ['that is to keep what it has found and does not', answering('cumulative', written), 'then none'],
  ])('%s', (_, tracker, why) => {
    expect(availability(tracker)).toEqual({
      works: false,
      why: expect.stringContaining(why),
      remedy: 'another test',
    });
  });

  it.skipIf(!availability(trackers['process-null'], 'thp').works)(
    'that finds whole huge pages, and works in pages of 4 KiB',
    () => {
      expect(availability(answering('exact', [...written, 9]), 'thp')).toMatchObject({
        remedy: '--backing 4k: a huge page has one mark for all of it',
      });
    },
  );

  it('and says so in a line however many pages it finds', () => {
    const all = Array.from({ length: pages }, (_, page) => page);
    expect(availability(answering('exact', all))).toMatchObject({
      why: 'pages 0 63 64 4097 16383 were written, and 0 1 2 3 4 5 6 7 and 16376 more found; then none',
    });
  });
});
