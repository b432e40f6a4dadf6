import { expect, test } from 'vitest';
import { analyse } from '../../../reports/analysis/analysis.js';
import { recordingMarkdown } from '../../../reports/markdown/recording.js';
import { pointOf, resultsOf } from '../fixture.js';

const recorded = {
  program: 'mine',
  command: 'mine --now',
  epoch: 'ends at each output',
  kernel: 'Linux 6.18',
  way: 'a way',
  notSeen: 'nothing',
  cost: null,
  sizes: Float64Array.of(10, 20, 30, 40),
  written: 60,
  resident: 256,
  rate: 100,
  slower: 10,
  trace: 'mine.trace.gz',
  results: 'mine/results.jsonl',
  skipped: ['a tracker: it does not work'],
};
/** A collect that takes a millisecond, and a null tracker. */
const { points } = analyse(
  resultsOf([pointOf({ tracker: 'flag-scan' }), pointOf({ tracker: 'null' })], ({ tracker }) => ({
    collectNs: tracker === 'null' ? 40 : 1e6,
  })),
);

test('says what a program writes, and how much of it it would still do with each scheme', () => {
  const text = recordingMarkdown(recorded, points);
  expect(text).toContain('# What detection costs mine');
  expect(text).toMatch(/\| pages an output \| +10 \| +20 \| +30 \| +40 \|/);
  expect(text).toContain('4 outputs wrote 60 distinct pages (240 KiB), of 256 (1 MiB) that were there.');
  expect(text).toContain('100 outputs a second, 2500 pages (9.77 MiB).');
  expect(text).toContain('By itself it is 10 times as fast: about 1000 outputs, 25k pages (97.7 MiB), a second.');
  // A millisecond of its own and one of detection: half is left.
  expect(text).toMatch(/^\| flag-scan .* 1 ms .* 500 \| +50 % \|$/m);
  expect(text).not.toMatch(/^\| null/m);
  expect(text).toContain('Not measured: a tracker: it does not work.');
});

test('does not say how fast it is by itself where that is not known', () => {
  const text = recordingMarkdown({ ...recorded, slower: null }, points);
  expect(text).toContain('How fast it is by itself is not known.');
  expect(text).toContain('With 100 outputs a second (as recorded, which is slower than by itself)');
});
