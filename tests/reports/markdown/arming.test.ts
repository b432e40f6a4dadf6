import { describe, expect, it } from 'vitest';
import { analyse } from '../../../reports/analysis/analysis.js';
import { pointRows } from '../../../reports/export/point-row.js';
import { roundRows } from '../../../reports/export/round-row.js';
import { armingSection, armingSentence } from '../../../reports/markdown/arming.js';
import { armedResults } from '../arming.js';
import { sampleAnalysis, sampleWithReal } from '../sample.js';

const results = armedResults();
const analysis = analyse(results);

it('the cost of a GiB is fitted over the sizes of each scheme, with what is paid at any size', () => {
  const model = analysis.arming.find(({ scheme }) => scheme === 'kvm-bitmap');
  if (model === undefined || 'kind' in model.on) throw new Error('there is a fit');
  expect(model.points).toBe(3);
  expect(model.on.perGiB.value / 1e6).toBeCloseTo(4, 0);
  expect(model.on.fixed.value / 1e6).toBeCloseTo(1, 0);
  expect(model.off !== null && !('kind' in model.off) && model.off.perGiB.value / 1e6).toBeCloseTo(2, 0);
});

describe('the section', () => {
  it('shows each scheme at its largest memory, and what a GiB adds', () => {
    const text = armingSection.write({ analysis, pictures: [] }) ?? '';
    expect(text).toMatch(/`kvm-bitmap` +\| +kvm +\| +64G \| +25\d ms/);
    expect(text).toMatch(/`pagemap-scan` +\| +process +\| +(29|30|31)\S* ms/);
    expect(text).toContain('Published by others');
  });

  it('is not there where tracking was not turned on and off', () => {
    expect(armingSection.write({ analysis: sampleAnalysis(sampleWithReal), pictures: [] })).toBeNull();
    expect(armingSentence(sampleAnalysis(sampleWithReal))).toBeNull();
  });
});

it('the opening says what it takes at 64 GiB, the dearest and the cheapest', () => {
  expect(armingSentence(analysis)).toMatch(
    /^To turn tracking on for a guest of 64G takes 1.9\d* s with `pagemap-scan` and 25\d ms with `kvm-bitmap`/,
  );
});

it('a size that was not measured is said to be by the fit', () => {
  const points = analysis.points.map((point) =>
    point.memoryBytes === 64 * 2 ** 30 ? { ...point, arming: null } : point,
  );
  expect(armingSentence({ ...analysis, points })).toContain('(by its fit)');
});

it('what is charged for a first write is that at 64 GiB, else that of the largest guest, which is named', () => {
  const charge = (ns: number) => ({ again: { medianNs: ns, lowNs: ns, highNs: ns, coverage: 0.95 }, fresh: null });
  const chargedUpTo = (most: number) => {
    const points = analysis.points.map((point) => ({
      ...point,
      firstWrite: point.memoryBytes <= most * 2 ** 30 ? charge((1000 * point.memoryBytes) / 2 ** 30) : null,
    }));
    return armingSentence({ ...analysis, points });
  };
  expect(chargedUpTo(64)).toContain('charges 64 µs with `pagemap-scan` and 64 µs with `kvm-bitmap` for each page');
  expect(chargedUpTo(4)).toContain('charges 4 µs with `pagemap-scan` (in 4G) and 4 µs with `kvm-bitmap` (in 4G) for');
});

it('exports have each part as a metric of its own, and each round its figures', () => {
  const file = { kind: 'results' as const, of: results };
  const metrics = new Set(pointRows(file).map(({ metric }) => metric));
  for (const metric of ['arming.on', 'arming.off', 'arming.firstCollect']) expect(metrics).toContain(metric);
  const rows = roundRows(file).filter(({ tracker }) => tracker === 'kvm-ring');
  expect(rows).toHaveLength(15);
  expect(rows.every(({ firstCollectNs, arming }) => firstCollectNs === 10_000 && arming === undefined)).toBe(true);
});
