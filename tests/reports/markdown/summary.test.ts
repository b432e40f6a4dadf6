import { describe, expect, it } from 'vitest';
import { summaryText } from '../../../reports/markdown/summary.js';
import { sampleAnalysis } from '../sample.js';

const small = {
  memories: [2 ** 29, 2 ** 32],
  pages: [64],
  programs: [],
  trackers: ['null', 'flag-scan', 'flag-queue'],
};

describe('what a results file says on a terminal', () => {
  it('has each point with detection and marking, and no column for what is the same in all', () => {
    const text = summaryText(sampleAnalysis(small));
    expect(text).toMatch(/^tracker +memory +pages +(?:cache +)?detection +writes, with marking$/m);
    expect(text).toMatch(/^flag-scan +512M +64 .*[\d.]+ [mµn]s \([\d.]+ [mµn]s to [\d.]+ [mµn]s\)/m);
    expect(text).toMatch(/^null +512M +64 .*[\d.]+ ns/m);
    expect(text).not.toContain('vCPUs');
  });

  it('names the fastest of each setting, and the noise', () => {
    const text = summaryText(sampleAnalysis(small));
    expect(text).toMatch(
      /Fastest detection:\n(?: {2}.*\n)* {2}simulated guest, 4G, 64 pages, .*: flag-queue; flag-scan takes [\d.]+x as long/,
    );
    expect(text).toMatch(/Noise: .* was measured twice, and the second differs by/);
  });

  it('calls nothing noise and nobody the fastest that too few rounds show', () => {
    const text = summaryText(sampleAnalysis({ ...small, making: { finished: () => 2 } }));
    expect(text).toMatch(/Noise: not known: it takes 5 rounds, and .* has 2\./);
    expect(text).toContain('Which is the fastest takes 5 rounds');
    expect(text).not.toContain('is a tie');
  });

  it('lists no points where they are too many, but the fastest all the same', () => {
    const pages = Array.from({ length: 12 }, (_, step) => 2 ** step);
    const text = summaryText(sampleAnalysis({ ...small, pages }));
    expect(text).toMatch(/^\d+ points: too many to list/m);
    expect(text).toContain('Fastest detection:');
    expect(text).not.toMatch(/^flag-scan +512M/m);
  });
});
