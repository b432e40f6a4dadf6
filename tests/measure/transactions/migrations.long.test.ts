import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { readMigrations } from '../../../results/migrations.js';
import { run } from '../../scripts/command.js';

const small = ['--guest', 'simulated', '--memory', '16M', '--tracker', 'kvm-flags,kvm-ring', '--rounds', '1'];
const brief = ['--duration', '0.1', '--warmup', '0.1', '--connections', '2'];

test('downtime moves a guest for every mode and size, verifies each run, and goes on where it was stopped', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'dirtybench-downtime-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const downtime = (pages = '8') =>
    run(['downtime', ...small, ...brief, '--pages', pages, '--out', 'out.jsonl'], folder);
  const out = join(folder, 'out.jsonl');

  const first = await downtime();
  expect(first.stderr).toMatch(/guest: simulated, as asked/);
  expect(first.code).toBe(0);
  expect(first.stdout).toMatch(/^At 16M with kvm-ring the guest stood still for .* of it detection; with kvm-flags /m);
  expect(first.stdout).toMatch(/^kvm-flags +16M +[\d.]+ m?s( +[\d.]+ [mµn]?s){5}$/m);
  const { runs, header } = readMigrations(out) ?? { runs: [], header: null };
  expect(header?.points).toHaveLength(2);
  expect(runs.map(({ point }) => point).toSorted()).toEqual([0, 1, 1]);
  for (const { move, precopy, transactions, longestWaitNs, verified } of runs) {
    expect(transactions).toBeGreaterThan(0);
    expect(move.clients).toBe(2);
    expect(precopy[0]?.pages).toBeGreaterThan(8);
    expect(verified.pages).toBeGreaterThanOrEqual(8);
    // A client waits at least as long as its guest stands still.
    const stopped = Object.values(move.downtime).reduce((sum, ns) => sum + ns, 0);
    expect(longestWaitNs.during).toBeGreaterThan(stopped - move.downtime.redirect);
  }

  const before = readFileSync(out, 'utf8');
  writeFileSync(out, before.slice(0, -20));
  const resumed = await downtime();
  expect(resumed.stderr).toMatch(/going on after 2 finished rounds/);
  expect(
    readMigrations(out)
      ?.runs.map(({ point }) => point)
      .toSorted(),
  ).toEqual([0, 1, 1]);

  const other = await downtime('9');
  expect(other.code).toBe(2);
  expect(other.stderr).toMatch(/'out\.jsonl' holds another run \(another number of pages per transaction\)/);
});
