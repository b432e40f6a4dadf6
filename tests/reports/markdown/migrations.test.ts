import { describe, expect, it } from 'vitest';
import { analyseMigrations } from '../../../reports/analysis/migrations.js';
import { migrationsText } from '../../../reports/markdown/migrations.js';
import type { Migrations } from '../../../results/migrations.js';
import { type MigrationSample, sampleMigrations } from '../migrations.js';
import { sampleAnalysis } from '../sample.js';
import { wholeReport } from '../whole-report.js';

const gib = 2 ** 30;

function write(migrations: Migrations | null, heading = 'Live migration'): string {
  const analysis = sampleAnalysis({ trackers: ['flag-scan'], memories: [gib], programs: [] }, null, migrations);
  const report = wholeReport({ analysis, pictures: [] });
  return report.split(/^## /m).find((part) => part.startsWith(heading)) ?? '';
}

function writeSample(given: Partial<MigrationSample> = {}): string {
  return write(sampleMigrations(given));
}

describe('the section on live migration', () => {
  const whole = writeSample();

  it('says first how the queue compares at the most memory, and what of it is detection', () => {
    expect(whole).toMatch(
      /\*\*At 4G\*\* with `kvm-ring` the guest stood still for 1\.[23]\d* ms, [56]\.?\d* µs of it detection; with `kvm-flags` 5\.\d+ ms, [34][.\d]* ms of it detection, 4\.\dx of that \(4\.\dx to 4\.\dx\);/,
    );
    expect(whole).toMatch(
      /with `kvm-bitmap` 1\.[23]\d* ms, [89]\.?\d* µs of it detection, no difference that can be told/,
    );
  });

  it('has the downtime and its parts for each mode and memory', () => {
    expect(whole).toMatch(/mode +\| memory +\| +downtime +\| detection \| +copy \| transfer \| +resume \| redirect/);
    expect(whole).toMatch(
      /^\| `kvm-ring` +\| +512M \| +1\.[23]\d* ms \(.*\) \| +\d[.\d]* µs \| +[\d.]+ µs \| +[\d.]+ µs \|/m,
    );
    expect(whole).toMatch(/^\| `kvm-flags` +\| +4G \| +2 \| +4500 \| 17\.2 MiB \| +48 \|/m);
  });

  it('says what was verified and how to measure it again', () => {
    expect(whole).toContain('In each of 30 rounds both sides held the same memory and vCPU state');
    expect(whole).toContain('every one of the 60k transactions');
    expect(whole).toContain('```sh\ndirtybench downtime --rounds 5\n```');
  });

  it('names what did not converge, what is missing and what was simulated', () => {
    const other = writeSample({
      header: { guest: 'simulated', guestNote: 'simulated, as asked' },
      change: (run) => (run.point === 0 ? { ...run, move: { ...run.move, converged: false } } : run),
      finished: ({ round }) => round < 2,
    });
    expect(other).toContain('**Simulated guests, not KVM** (simulated, as asked)');
    expect(other).toContain('`kvm-flags` at 512M did not converge in 2 of 2 rounds and was stopped all the same.');
    expect(other).toContain('12 of 30 rounds were finished.');
    expect(other).toContain('Which is shorter takes 5 rounds to say.');
    expect(other).toMatch(/\(range [\d.]+ ms to [\d.]+ ms, 50 %\)/);
  });

  it('calls the times of rounds that were not warmed up too long', () => {
    const cold = writeSample({ change: (run) => ({ ...run, warmup: { seconds: 1, steady: run.round > 0 } }) });
    expect(cold).toContain('6 of 30 rounds still became faster when their warm-up ended: their times are too long.');
  });

  it('is left out with what it needs where nothing was moved', () => {
    expect(write(null)).toBe('');
    expect(write(null, 'Not in this report')).toMatch(
      /^- Live migration.*: it needs migrations, measured by `dirtybench downtime`/m,
    );
  });

  it('is text without marks for a terminal', () => {
    const text = migrationsText(analyseMigrations(sampleMigrations()));
    expect(text).toMatch(/^kvm-ring +4G +1\.[23]\d* ms/m);
    expect(text).not.toMatch(/[`*]/);
  });
});
