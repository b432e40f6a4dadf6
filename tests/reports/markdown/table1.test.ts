import { expect, it } from 'vitest';
import { labels } from '../../../reports/markdown/table1.js';
import { sampleAnalysis, sampleWithReal } from '../sample.js';

it('the words under the main table say in what setting was measured, of each guest where they differ', () => {
  const { table1 } = sampleAnalysis(sampleWithReal);
  expect(labels(table1)).toContain('(median, uniform writes, L2-cold cache, 64 pages per epoch)');
  const measured = table1.measured
    .filter(({ guest }) => guest !== 'process')
    .map((each) => (each.guest === 'kvm' ? { ...each, cache: 'warm' as const } : each));
  expect(labels({ ...table1, measured })).toContain(
    '(median, on the simulated guest uniform writes, L2-cold cache, 64 pages per epoch; on the kvm guest uniform writes, warm cache, 64 pages per epoch)',
  );
});
