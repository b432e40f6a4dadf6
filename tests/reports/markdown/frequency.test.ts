import { expect, it } from 'vitest';
import { analyse } from '../../../reports/analysis/analysis.js';
import { frequencySection } from '../../../reports/markdown/frequency.js';
import { pointOf, resultsOf } from '../fixture.js';

it('at the frequencies of the sweep, what is within the floor makes I/Os late by no figure', () => {
  const asked = { ioFrequency: 1000, dirtyRate: 64_000 };
  const points = ['null', 'flag-queue', 'flag-scan'].map((tracker) => pointOf({ tracker, ...asked }));
  const made = resultsOf(points, ({ tracker }) => ({ collectNs: tracker === 'flag-scan' ? 5000 : 40 }));
  const [, table = ''] = (frequencySection.write({ analysis: analyse(made), pictures: [] }) ?? '').split(
    'At the frequencies of the sweep',
  );
  expect(table).toMatch(/`flag-queue` +\| +[\d.]+ %, within the floor \|/);
  expect(table).toMatch(/`flag-scan` +\| +[\d.]+ %, [\d.]+ µs \|/);
});
