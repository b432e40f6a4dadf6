import { describe, expect, it } from 'vitest';
import { AnalysisError } from '../../../reports/analysis/distribution.js';
import { analyseTransactions, type TransactionsAnalysis } from '../../../reports/analysis/transactions.js';
import { stages } from '../../../results/transactions.js';
import { histogramOf, sampleTransactions, waysWithMany } from '../transactions.js';

const gib = 2 ** 30;
const analysis = analyseTransactions(sampleTransactions());

function cell({ cells }: TransactionsAnalysis, mode: string, memoryBytes: number) {
  const found = cells.find((each) => each.mode === mode && each.memoryBytes === memoryBytes);
  if (found === undefined) throw new Error(`no cell of ${mode}`);
  return found;
}

function growth({ growth }: TransactionsAnalysis, mode: string) {
  return growth.find((each) => each.mode === mode);
}

describe('transactions', () => {
  it('have a rate for each mode and memory: the median of the rounds, with an interval over them', () => {
    expect(analysis.cells).toHaveLength(12);
    const rates = [3000, 1000, 1200];
    const { tps } = cell(
      analyseTransactions(
        sampleTransactions({
          change: (run) => (run.twin ? run : { ...run, seconds: 2, transactions: 2 * (rates[run.round] ?? 0) }),
        }),
      ),
      'kvm-ring',
      gib,
    );
    expect(tps).toEqual({ value: 1200, low: 1000, high: 3000, coverage: 0.75 });
  });

  it('are set beside the unsynchronised ones of the same memory', () => {
    const ring = cell(analysis, 'kvm-ring', gib);
    // 149 us against 333 us for a transaction.
    expect(ring.share?.value).toBeCloseTo(149 / 333, 2);
    expect(ring.share?.low).toBeLessThan(ring.share?.value ?? 0);
    expect(ring.share?.high).toBeGreaterThan(ring.share?.value ?? 0);
    expect(cell(analysis, 'none', gib).share).toBeNull();
    const alone = analyseTransactions(sampleTransactions({ modes: ['kvm-ring'] }));
    expect(cell(alone, 'kvm-ring', gib).share).toBeNull();
  });

  it('are split into stages in their order, which with the client make up what the client saw', () => {
    for (const { split, outside, client } of analysis.cells) {
      expect(split.map(({ stage }) => stage)).toEqual(stages);
      const sum = split.reduce((total, { medianNs }) => total + medianNs, outside.medianNs);
      expect(sum).toBeCloseTo(client.medianNs, 0);
    }
    const detection = cell(analysis, 'kvm-flags', 4 * gib).split.find(({ stage }) => stage === 'detection');
    expect(detection?.medianNs).toBeGreaterThan(1.9e6);
  });

  it('never give the client less than nothing, though medians need not add up', () => {
    const short = sampleTransactions({ change: (run) => ({ ...run, latency: { ...run.latency, medianNs: 1 } }) });
    expect(cell(analyseTransactions(short), 'kvm-ring', gib).outside.medianNs).toBe(0);
  });

  it('have the latency of all rounds together, and pages and bytes for each', () => {
    const ring = cell(analysis, 'kvm-ring', gib);
    expect(ring.pagesEach).toBe(16);
    expect(ring.bytesEach).toBe(66_000);
    expect(ring.latency.p999Ns).toBeGreaterThan(ring.latency.medianNs);
    expect(Math.abs(ring.latency.meanNs / ring.client.medianNs - 1)).toBeLessThan(0.02);
  });

  it('leave out a tail that too few transactions tell', () => {
    const histogram = histogramOf(1e6, 40);
    const few = sampleTransactions({ change: (run) => ({ ...run, latency: { ...run.latency, histogram } }) });
    const { rounds, latency } = cell(analyseTransactions(few), 'kvm-ring', gib);
    expect(40 * rounds).toBeGreaterThan(100);
    expect(latency.p99Ns).not.toBeNull();
    expect(latency.p999Ns).toBeNull();
  });

  it('tell what more memory does to a mode, and what it does not', () => {
    expect(growth(analysis, 'kvm-flags')).toMatchObject({ fromBytes: gib / 2, toBytes: 4 * gib, told: true });
    expect(growth(analysis, 'kvm-flags')?.factor.value).toBeLessThan(0.4);
    expect(growth(analysis, 'kvm-ring')).toMatchObject({ told: false });
    expect(analyseTransactions(sampleTransactions({ memories: [gib] })).growth).toEqual([]);
  });

  it('tell no change that is less than the A/A pair differs by', () => {
    // The transactions of kvm-flags fall to a quarter.
    const toldBeside = (factor: number) => {
      const noisy = sampleTransactions({
        change: (run) => (run.twin ? { ...run, seconds: run.seconds * factor } : run),
      });
      return growth(analyseTransactions(noisy), 'kvm-flags')?.told;
    };
    expect([1 / 5, 1 / 3, 3, 5].map(toldBeside)).toEqual([false, true, true, false]);
  });

  it('have the difference of the A/A pair as noise, and leave the twin out of the figures', () => {
    const twice = analyseTransactions(
      sampleTransactions({ change: (run) => (run.twin ? { ...run, seconds: 0.5 } : run) }),
    );
    expect(twice.noise).toMatchObject({ kind: 'measured', mode: 'none', memoryBytes: gib / 2 });
    expect(twice.noise.kind === 'measured' && twice.noise.difference.value).toBeCloseTo(1, 1);
    expect(twice.cells).toEqual(analysis.cells);
    expect(twice.runs).toBe(65);
  });

  it('are analysed unfinished: what is not there is left out, or absent with the reason', () => {
    const some = analyseTransactions(sampleTransactions({ finished: ({ point, twin }) => point < 2 && !twin }));
    expect(some.cells.map(({ mode }) => mode)).toEqual(['none', 'kvm-flags']);
    expect(some).toMatchObject({ runs: 10, runsAsked: 65, growth: [] });
    expect(some.noise).toEqual({ kind: 'absent', why: expect.stringContaining('A/A pair') });
  });

  it('count a run in which nothing was answered, and keep it out of the figures', () => {
    const stalled = analyseTransactions(
      sampleTransactions({ change: (run) => (run.round === 0 && run.point === 3 ? { ...run, transactions: 0 } : run) }),
    );
    expect(stalled.silentRuns).toBe(1);
    expect(cell(stalled, 'kvm-ring', gib / 2).rounds).toBe(4);
    expect(cell(stalled, 'kvm-ring', gib / 2).tps.low).toBeGreaterThan(1000);
  });

  it('are compared in the setting of the first synchronised point; other ways are set beside it', () => {
    const [, , grouped, xor] = waysWithMany;
    const { cells, growth, gap, setting } = analyseTransactions(
      sampleTransactions({
        beside: waysWithMany,
        change: (run) => {
          if (run.point === 14) return { ...run, transactions: 2 * run.transactions, epochs: run.epochs / 4 };
          return run.point === 15 ? { ...run, wireBytes: run.wireBytes / 20 } : run;
        },
      }),
    );
    expect(setting).toEqual({ commit: 'stop', encode: 'raw', connections: 1 });
    expect(cells).toEqual(analysis.cells);
    expect(growth).toEqual(analysis.growth);
    expect(gap.map(({ mode, connections }) => `${mode} ${connections}`)).toEqual([
      'none 1',
      'kvm-ring 1',
      'none 16',
      'kvm-ring 16',
      'kvm-ring 16',
      'kvm-ring 16',
    ]);
    expect(gap.slice(0, 4).map(({ against }) => against)).toEqual([null, null, null, null]);
    expect(gap[4]).toMatchObject({ ...grouped, transactionsPerEpoch: 8, against: { told: true } });
    expect(gap[4]?.against?.factor.value).toBeCloseTo(2, 1);
    expect(gap[4]?.share?.value).toBeCloseTo(2 * (gap[3]?.share?.value ?? 0), 1);
    expect(gap[5]).toMatchObject({ ...xor, against: { told: false } });
    expect(gap[5]?.fewerBytes).toBeCloseTo(20, 5);
  });

  it('have no other ways to set beside it where only modes and memories were measured', () => {
    expect(analysis.gap).toEqual([]);
    expect(analyseTransactions(sampleTransactions({ modes: ['none'] })).gap).toEqual([]);
  });

  it('are refused where a histogram cannot be read', () => {
    const broken = sampleTransactions({
      change: (run) => ({ ...run, latency: { ...run.latency, histogram: 'not one' } }),
    });
    expect(() => analyseTransactions(broken)).toThrow(AnalysisError);
  });
});
