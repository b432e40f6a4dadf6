import type { TopLevelSpec } from 'vega-lite';
import { describe, expect, it } from 'vitest';
import { charts } from '../../../reports/charts/registry.js';
import { renderSvg } from '../../../reports/charts/svg.js';
import type { MigrationRun } from '../../../results/migrations.js';
import { sampleMigrations } from '../migrations.js';
import { sampleAnalysis } from '../sample.js';
import { sampleTransactions, type TransactionSample } from '../transactions.js';

const gib = 2 ** 30;
/** Of the sweep nothing matters here. */
const sweep = { trackers: ['flag-scan'], memories: [gib], programs: [] };

/** What a chart's layers are drawn from. */
function dataOf(spec: TopLevelSpec): Record<string, unknown>[] {
  const layers = (spec as { layer: { data: { values: Record<string, unknown>[] } }[] }).layer;
  return layers.flatMap(({ data }) => data.values);
}

function specOf(chart: 'transaction-split' | 'transactions-by-memory', given: Partial<TransactionSample> = {}) {
  const spec = charts[chart].draw(sampleAnalysis(sweep, sampleTransactions(given)), '');
  if (spec === null) throw new Error('not drawn');
  return spec;
}

async function textsOf(...given: Parameters<typeof specOf>): Promise<string[]> {
  const svg = await renderSvg(specOf(...given));
  expect(svg).not.toMatch(/NaN|undefined|Infinity|>null</);
  return [...svg.matchAll(/<(?:text|tspan)[^>]*>([^<]+)</g)].map((match) => match[1] ?? '');
}

describe('the chart of transactions per second', () => {
  it("has the paper's rows beside those measured, and says which is which", async () => {
    const texts = await textsOf('transactions-by-memory');
    expect(texts).toEqual(
      expect.arrayContaining(['paper: not synchronised', 'paper: full scan', 'here: not synchronised', 'kvm-ring']),
    );
    expect(texts.join(' ')).toContain('without colour: printed in the paper; in colour: measured here');
  });

  it('says in capitals that the guests were simulated', async () => {
    const texts = await textsOf('transactions-by-memory', { header: { guest: 'simulated' } });
    expect(texts.join(' ')).toContain('SIMULATED guests');
  });

  it('is not drawn where nothing was measured', () => {
    const unfinished = sampleAnalysis(sweep, sampleTransactions({ finished: () => false }));
    for (const chart of [charts['transactions-by-memory'], charts['transaction-split']]) {
      expect(chart.draw(sampleAnalysis(sweep), '')).toBeNull();
      expect(chart.draw(unfinished, '')).toBeNull();
    }
  });
});

describe('the chart of where the time goes', () => {
  it('stacks the stages of each transaction end to end, in their order', () => {
    const segments = [
      ...JSON.stringify(specOf('transaction-split', { memories: [gib / 2], modes: ['kvm-ring'] })).matchAll(
        /"part":"([^"]+)","start":([\d.]+),"end":([\d.]+)/g,
      ),
    ].map(([, part, start, end]) => ({ part, start: Number(start), end: Number(end) }));
    expect(segments.map(({ part }) => part)).toEqual([
      'request in',
      'guest',
      'detection',
      'copy',
      'wire',
      'standby',
      'acknowledgement',
      'response out',
      'client, loopback',
    ]);
    segments.slice(1).forEach(({ start }, index) => {
      expect(start).toBe(segments[index]?.end);
    });
  });

  it('tears a bar that would leave the others no room, and says how long it is', async () => {
    const whole = await textsOf('transaction-split', { memories: [gib / 2] });
    const torn = await textsOf('transaction-split', { memories: [gib / 2, 4 * gib, 64 * gib] });
    expect(whole.filter((text) => text.startsWith('▸'))).toEqual([]);
    expect(torn.filter((text) => text.startsWith('▸'))).toEqual([expect.stringMatching(/^▸ 32\.\d ms$/)]);
  });
});

describe('the chart of downtimes', () => {
  /** In every second cell the medians of the parts add up to more than the median of the whole, in the others to less. */
  function varied(run: MigrationRun): MigrationRun {
    const [early, late] = [run.round < 3 ? 1e6 : 0, run.round >= 2 ? 1e6 : 0];
    const [copy, transfer] = run.point % 2 === 0 ? [early, late] : [1e6 - early, 1e6 - late];
    const { downtime } = run.move;
    return { ...run, move: { ...run.move, downtime: { ...downtime, copy, transfer } } };
  }

  it('draws each downtime with its interval below its bar, and its number beside whichever of the two ends later', () => {
    const analysis = sampleAnalysis(sweep, null, sampleMigrations({ change: varied }));
    const spec = charts.downtime.draw(analysis, '');
    const cells = analysis.migrations?.cells ?? [];
    if (spec === null) throw new Error('not drawn');
    const data = dataOf(spec);
    const drawn = data.filter(({ low, high }) => low !== undefined && high !== undefined);
    expect(drawn).toHaveLength(cells.length);
    for (const { downtime } of cells) {
      expect(drawn).toContainEqual(expect.objectContaining({ low: downtime.lowNs, median: downtime.medianNs }));
    }
    const lengths = cells
      .toSorted((a, b) => a.memoryBytes - b.memoryBytes)
      .map(
        ({ parts, downtime }) => [parts.reduce((sum, { medianNs }) => sum + medianNs, 0), downtime.medianNs] as const,
      );
    expect(new Set(lengths.map(([ofParts, ofWhole]) => ofParts > ofWhole))).toEqual(new Set([true, false]));
    const ends = data.filter(({ text }) => typeof text === 'string').map(({ end }) => end);
    expect(ends).toEqual(lengths.map(([ofParts, ofWhole]) => Math.max(ofParts, ofWhole)));
  });
});
