import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { readTransactions } from '../../../results/transactions.js';
import { run } from '../../scripts/command.js';

const small = ['--guest', 'simulated', '--memory', '16M', '--tracker', 'none,kvm-ring', '--rounds', '1'];
const brief = ['--duration', '0.2', '--warmup', '0.1'];

test('table1 measures every mode at every size, verifies each run, and goes on where it was stopped', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'dirtybench-table1-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const table1 = (pages = '8') => run(['table1', ...small, ...brief, '--pages', pages, '--out', 'out.jsonl'], folder);
  const out = join(folder, 'out.jsonl');

  const first = await table1();
  expect(first.stderr).toMatch(/guest: simulated, as asked/);
  expect(first.code).toBe(0);
  expect(first.stdout).toMatch(/^16M +– +– +[\d.]+ +[\d.]+$/m);
  expect(first.stdout).toContain('Noise: not known: it takes 5 rounds.');
  const results = readTransactions(out);
  const { header, runs } = results ?? { header: null, runs: [] };
  expect(header?.points).toHaveLength(2);
  expect(runs).toHaveLength(3);
  for (const measured of runs) {
    expect(measured.warmup).toEqual({ seconds: 0.1, steady: false });
    expect(measured.idleShare).toBeLessThanOrEqual(1);
    expect(measured.transactions).toBeGreaterThan(0);
    const synchronised = header?.points[measured.point]?.mode !== 'none';
    expect(measured.verified !== null).toBe(synchronised);
    expect(measured.pages).toBe(synchronised ? measured.transactions * 8 : 0);
    const parts = Object.values(measured.split).reduce((sum, { meanNs }) => sum + meanNs, 0);
    expect(parts).toBeGreaterThan(0);
    expect(parts).toBeLessThan(measured.latency.meanNs * 1.05);
  }

  const before = readFileSync(out, 'utf8');
  expect((await table1()).stdout).toMatch(/3 rounds are in out\.jsonl/);
  expect(readFileSync(out, 'utf8')).toBe(before);

  writeFileSync(out, before.slice(0, -20));
  const resumed = await table1();
  expect(resumed.stderr).toMatch(/going on after 2 finished rounds/);
  const again = readTransactions(out);
  const key = ({ point, twin }: { point: number; twin: boolean }) => `${point} ${twin}`;
  expect(again?.runs.map(key).toSorted()).toEqual(runs.map(key).toSorted());

  const other = await table1('9');
  expect(other.code).toBe(2);
  expect(other.stderr).toMatch(/'out\.jsonl' holds another run \(another number of pages per transaction\)/);
});

test('table1 measures ways to commit and to encode, with several numbers of connections', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'dirtybench-table1-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const ways = ['--commit', 'stop,grouped', '--encode', 'raw,xor', '--connections', '1,8', '--pages', '8'];
  const { code, stdout } = await run(['table1', ...small, ...brief, ...ways, '--out', 'out.jsonl'], folder);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^Closing the gap, at 16M:$/m);
  const { header, runs } = readTransactions(join(folder, 'out.jsonl')) ?? { header: null, runs: [] };
  expect(header?.points).toHaveLength(2 * (1 + 4));
  const totals = (commit: string, encode: string) => {
    const wanted = { mode: 'kvm-ring', commit, encode, connections: 8 };
    const point = header?.points.findIndex((each) => JSON.stringify({ ...each, ...wanted }) === JSON.stringify(each));
    const { transactions = 0, epochs = 0, wireBytes = 0 } = runs.find((each) => each.point === point) ?? {};
    return { share: epochs / transactions, bytes: wireBytes / transactions };
  };
  expect(totals('stop', 'raw').share).toBe(1);
  expect(totals('grouped', 'raw').share).toBeLessThan(0.5);
  expect(totals('stop', 'raw').bytes).toBeGreaterThan(8 * 4096);
  expect(totals('stop', 'xor').bytes).toBeLessThan(totals('stop', 'raw').bytes / 20);
});
