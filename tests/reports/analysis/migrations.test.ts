import { describe, expect, it } from 'vitest';
import { analyseMigrations } from '../../../reports/analysis/migrations.js';
import { sampleMigrations } from '../migrations.js';

const gib = 2 ** 30;

describe('the analysis of migrations', () => {
  const whole = analyseMigrations(sampleMigrations());

  it('has a cell for each mode and memory, whose parts make up the downtime', () => {
    expect(whole.cells).toHaveLength(6);
    for (const { parts, downtime, rounds } of whole.cells) {
      expect(rounds).toBe(5);
      const sum = parts.reduce((total, { medianNs }) => total + medianNs, 0);
      expect(Math.abs(sum / downtime.medianNs - 1)).toBeLessThan(0.001);
      expect(downtime.lowNs).toBeLessThanOrEqual(downtime.medianNs);
      expect(downtime.highNs).toBeGreaterThanOrEqual(downtime.medianNs);
    }
  });

  it('counts what was sent before the guest stopped and after', () => {
    expect(whole.cells[0]).toMatchObject({ precopyRounds: 2, precopyPages: 4500, precopyBytes: 18e6, lastPages: 48 });
    expect(whole).toMatchObject({ runs: 30, runsAsked: 30, transactions: 60_000 });
  });

  it('tells modes apart from the queue only beyond the intervals', () => {
    const at = (mode: string) => whole.contests.find((each) => each.mode === mode && each.memoryBytes === 4 * gib);
    expect(at('kvm-flags')).toMatchObject({ told: true });
    expect(at('kvm-flags')?.factor.value).toBeCloseTo(5.316 / 1.306, 1);
    expect(at('kvm-bitmap')).toMatchObject({ told: false });
    expect(whole.contests.some(({ mode }) => mode === 'kvm-ring')).toBe(false);
  });

  it('tells nothing apart that differs by less than the A/A pair', () => {
    const sample = sampleMigrations({ header: { twin: 5 } });
    const again = (slower: number) => {
      const second = sample.runs
        .filter(({ point }) => point === 5)
        .map((run) => ({
          ...run,
          twin: true,
          move: { ...run.move, downtime: { ...run.move.downtime, resume: run.move.downtime.resume * slower } },
        }));
      return analyseMigrations({ ...sample, runs: [...sample.runs, ...second] });
    };
    const told = ({ contests }: typeof whole) => contests.filter((each) => each.told).map(({ mode }) => mode);
    expect(told(again(1))).toEqual(told(whole));
    expect(again(1)).toMatchObject({ runs: 35, runsAsked: 35, noise: { mode: 'kvm-ring', memoryBytes: 4 * gib } });
    expect(again(1).cells).toEqual(analyseMigrations(sample).cells);
    expect(told(again(100))).toEqual([]);
    // Less than a quarter of the downtime is left.
    expect(told(again(0))).toEqual([]);
  });

  it('is of what was finished alone', () => {
    const half = analyseMigrations(sampleMigrations({ finished: ({ point, round }) => point < 2 && round === 0 }));
    expect(half.cells.map(({ mode }) => mode)).toEqual(['kvm-flags', 'kvm-bitmap']);
    expect(half).toMatchObject({ runs: 2, runsAsked: 30, contests: [] });
  });
});
