import { describe, expect, it } from 'vitest';
import { analyseSynchronisation } from '../../../reports/analysis/analysis.js';
import { analyseTransactions } from '../../../reports/analysis/transactions.js';
import { synchronisationMarkdown } from '../../../reports/markdown/report.js';
import { transactionsText } from '../../../reports/markdown/transactions.js';
import type { Transactions } from '../../../results/transactions.js';
import { sampleMigrations } from '../migrations.js';
import { sampleAnalysis } from '../sample.js';
import { sampleTransactions, type TransactionSample, waysWithMany } from '../transactions.js';
import { wholeReport } from '../whole-report.js';

const gib = 2 ** 30;

function write(transactions: Transactions | null, heading = 'Table 1, measured again end to end'): string {
  const report = wholeReport({
    analysis: sampleAnalysis({ trackers: ['flag-scan'], memories: [gib], programs: [] }, transactions),
    pictures: [],
  });
  return report.split(/^## /m).find((part) => part.startsWith(heading)) ?? '';
}

function writeSample(given: Partial<TransactionSample> = {}): string {
  return write(sampleTransactions(given));
}

const whole = writeSample();

describe('Table 1, measured again', () => {
  it("has the paper's rows beside what was measured, with intervals", () => {
    expect(whole).toMatch(/^\| 512M +\| +7075\.42 \| +184\.66 \| +67\d\d \(\d+ to \d+\) \|/m);
    expect(whole).toMatch(/paper: full scan \(derived\) +\| +2\.6 % \| +2\.3 % \| +1\.1 % \| +44 % \|/);
    expect(whole).toMatch(/here: `kvm-ring` +\| +45 % \(\d+ % to \d+ %\)/);
  });

  it('says in words what memory does, beyond the noise', () => {
    expect(whole).toMatch(
      /\*\*From 512M to 4G:\*\* `kvm-flags` falls to 2\d % and `kvm-bitmap` falls to \d\d %\. No change can be told, .* for not synchronised and `kvm-ring`\./,
    );
    expect(whole).toContain('**Noise:** not synchronised at 512M was measured twice in each round');
  });

  it('says how far a mode fares that was not measured at all sizes, and does not put it beside those that were', () => {
    // The queue at the most memory.
    const text = writeSample({ finished: ({ point }) => point !== 11 });
    expect(text).toMatch(/here: `kvm-ring` .*\| +– \| +– \|$/m);
    expect(text).toMatch(/here: `kvm-flags` .*\| +2\d % \(.*\) \|$/m);
    expect(text).toContain('**From 512M to 1G:** No change can be told, beyond intervals and noise, for `kvm-ring`.');
    expect(text).toMatch(/\*\*From 512M to 4G:\*\* .* for not synchronised\./);
  });

  it('splits each transaction by stage', () => {
    expect(whole).toMatch(
      /request in \| +guest \| +detection \| +copy \| +wire \| +standby \| acknowledgement \| response out/,
    );
    expect(whole).toMatch(/^\| not synchronised \| +4G \| +4 µs \| +90\.1 µs \| +– \| +– \|/m);
    expect(whole).toMatch(/`kvm-ring` +\| +4G .*\| +16 \| +64\.5 KiB \|/);
  });

  it('says what it ran on, how it was verified and how to measure it again', () => {
    expect(whole).toContain('Guests on **KVM**: VMX, ept page tables, with PML.');
    expect(whole).toContain(
      'After each of 45 synchronised rounds the standby held what the primary had, byte for byte',
    );
    expect(whole).toContain('```sh\ndirtybench table1 --rounds 5\n```');
    expect(whole).toContain('`dirtybench report --from results.jsonl --transactions FILE` puts another in its place');
    const analysis = analyseSynchronisation(sampleTransactions(), sampleMigrations());
    const alone = synchronisationMarkdown({ analysis, pictures: [] });
    for (const flag of ['transactions', 'migrations']) expect(alone).toContain(`\`dirtybench report --${flag} FILE\``);
    expect(alone).not.toContain('--from');
  });

  it('says how warm and how awake the machine was, and which rounds still became faster', () => {
    const warm = writeSample({
      change: (run) => ({ ...run, warmup: { seconds: 3, steady: true }, idleShare: 0.4 }),
    });
    expect(warm).toMatch(/Each of \d+ rounds was warmed up until its pace no longer rose\./);
    expect(warm).toContain('cores were idle for 40 % of the time');
    const cold = writeSample({
      change: (run) => ({ ...run, warmup: { seconds: 1, steady: run.round > 0 }, idleShare: null }),
    });
    expect(cold).toMatch(/\d+ of \d+ rounds still became faster when their warm-up ended: their rates are too low/);
    expect(cold).not.toContain('cores were idle');
    expect(whole).not.toContain('warm');
  });

  it('says plainly that guests were simulated, and why', () => {
    const simulated = writeSample({
      header: { guest: 'simulated', guestNote: 'SIMULATED, no KVM: there is no /dev/kvm; what helps: load kvm' },
    });
    expect(simulated).toContain('**Simulated guests, not KVM** (SIMULATED, no KVM: there is no /dev/kvm');
    expect(simulated).not.toContain('Guests on **KVM**');
  });

  it('says what it needs where nothing was measured', () => {
    for (const transactions of [null, sampleTransactions({ finished: () => false })]) {
      expect(write(transactions)).toBe('');
      expect(write(transactions, 'Not in this report')).toMatch(
        /^- Table 1, measured again.*: it needs transactions, measured by `dirtybench table1`/m,
      );
    }
  });

  it('says what takes from its figures', () => {
    const unavailable = [{ mode: 'kvm-ring', why: 'this KVM has no dirty ring', remedy: 'Linux 5.11 or newer' }];
    const poor = sampleTransactions({
      header: { unavailable },
      finished: ({ round }) => round < 2,
      change: (run) => ({ ...run, sharedClock: false, transactions: run.point === 1 ? 0 : run.transactions }),
    });
    const text = write({ ...poor, warnings: ['the last line is torn'] });
    expect(text).toContain('- `kvm-ring` is left out: this KVM has no dirty ring. **Remedy:** Linux 5.11 or newer.');
    expect(text).toContain('- 26 of 65 rounds were finished.');
    expect(text).toContain('- 2 rounds in which nothing was answered are in no figure.');
    expect(text).toContain('read different clocks');
    expect(text).toContain('- the last line is torn.');
    expect(text).toMatch(/Whether it changes not synchronised.* takes 5 rounds to say\./);
    expect(text).not.toMatch(/rises|falls/);
  });

  it('calls no interval of three rounds 95 %, and gives none of one', () => {
    const three = writeSample({ finished: ({ round }) => round < 3 });
    expect(three).toMatch(/\d \(range \d+ to \d+, 75 %\)/);
    expect(three).not.toContain('95 %');
    const one = writeSample({ finished: ({ round }) => round === 0 });
    expect(one).toMatch(/`kvm-ring` +\| +\d+ % \| +\d+ % \|/);
    expect(one).not.toMatch(/\d to \d/);
    expect(one).toContain('medians over rounds, one round has no interval.');
  });

  it.each([
    ['one mode', { modes: ['kvm-ring'] }],
    ['the unsynchronised alone', { modes: ['none'] }],
    ['one memory size that the paper has not', { memories: [gib / 4] }],
    ['one run', { finished: ({ point, round, twin }) => point === 0 && round === 0 && !twin }],
  ] satisfies [string, Partial<TransactionSample>][])(
    'of %s has well-formed tables and no figure that is none',
    (_, given) => {
      const text = writeSample(given);
      expect(text).not.toMatch(/NaN|undefined|Infinity|∞/);
      const tables = text.split('\n\n').filter((block) => block.startsWith('|'));
      expect(tables).toHaveLength(4);
      for (const table of tables) {
        const pipes = table.split('\n').map((line) => line.match(/\|/g)?.length);
        expect(new Set(pipes).size, table).toBe(1);
      }
    },
  );

  it('reads the same on a terminal, without marks', () => {
    const text = transactionsText(analyseTransactions(sampleTransactions()));
    expect(text).toMatch(/^1G +7163\.67 +164\.00 +\d+ \(\d+ to \d+\)/m);
    expect(text).toMatch(/^kvm-flags +4G +4 µs/m);
    expect(text).not.toMatch(/[`*|]/);
  });
});

describe('closing the gap', () => {
  const sample = sampleTransactions({
    beside: waysWithMany,
    change: (run) => {
      if (run.point === 14) return { ...run, transactions: 2 * run.transactions, epochs: run.epochs / 4 };
      return run.point === 15 ? { ...run, wireBytes: run.wireBytes / 25, seconds: 2 } : run;
    },
  });
  const section = write(sample, 'Closing the gap');

  it('has a row for each way to commit and to encode, by connections', () => {
    expect(section).toMatch(/^\| 16 +\| not synchronised \| +– \| +– \| +67\d\d \(/m);
    expect(section).toMatch(/^\| 16 +\| +`kvm-ring` \| `grouped` \| +`raw` \| .* 200 % .* \| +8 \| +32\.\d KiB \|/m);
    expect(section.match(/^\| 1 +\|/gm)).toHaveLength(2);
  });

  it('says what comes nearest, what sends less and what is slower', () => {
    expect(section).toMatch(/With 16 connections `kvm-ring` with `grouped` and `raw` comes nearest: (89|90) %/);
    expect(section).toContain('With 16 connections `kvm-ring` with `stop` and `xor` sends 25 times fewer bytes');
    expect(section).toMatch(/`kvm-ring` with `stop` and `xor` is \*\*slower\*\*: 50 % of/);
    expect(section).toContain('stamps 8 bytes into each page');
  });

  it('names the ways that poll', () => {
    const polling = waysWithMany.map((way) => ({ ...way, pollUs: 50 }));
    const text = write(sampleTransactions({ beside: polling }), 'Closing the gap');
    expect(text).toMatch(/With 16 connections `kvm-ring` with `\w+` and `\w+`, polling, comes nearest: /);
  });

  it('says what it needs where it was not measured', () => {
    for (const transactions of [null, sampleTransactions()]) {
      expect(write(transactions, 'Closing the gap')).toBe('');
      expect(write(transactions, 'Not in this report')).toMatch(/^- Closing the gap.*: it needs transactions with/m);
    }
  });

  it('is on the terminal too, and only where it was measured', () => {
    expect(transactionsText(analyseTransactions(sample))).toMatch(/^Closing the gap, at 1G:$/m);
    expect(transactionsText(analyseTransactions(sampleTransactions()))).not.toContain('Closing the gap');
  });
});
