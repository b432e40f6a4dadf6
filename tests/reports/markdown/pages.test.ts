import { describe, expect, it } from 'vitest';
import { hostsSection } from '../../../reports/markdown/hosts.js';
import { pageOf, pages } from '../../../reports/markdown/pages.js';
import { sampleMigrations } from '../migrations.js';
import { sampleAnalysis } from '../sample.js';

const small = { trackers: ['null', 'flag-scan', 'flag-queue'], memories: [2 ** 30], pages: [64], programs: [] };

describe('the answer of a page', () => {
  it('calls nothing a tie for a noise that too few rounds show', () => {
    expect(pages.method.answer(sampleAnalysis(small))).toMatch(/; one point measured twice differed by /);
    const few = sampleAnalysis({ ...small, making: { finished: () => 3, twin: () => ({ collectNs: 270 }) } });
    expect(pages.method.answer(few)).not.toContain('measured twice');
  });

  it('says that no difference between downtimes can be told where the section tells none, and only there', () => {
    const analysis = sampleAnalysis(small, null, sampleMigrations());
    const { migrations } = analysis;
    if (migrations === null) throw new Error('the sample has migrations');
    const answerWith = (told: boolean) => {
      const contests = migrations.contests.map((contest) => ({ ...contest, told }));
      return pages.migration.answer({ ...analysis, migrations: { ...migrations, contests } });
    };
    expect(answerWith(false)).toMatch(
      /^Moving a guest of 4G pauses it for .*: no difference from `kvm-ring` can be told\.$/,
    );
    expect(answerWith(true)).not.toContain('can be told');
  });
});

it('the hosts of a fleet are not on the page of simulated detection', () => {
  expect(pageOf(hostsSection)).toBe('method');
});
