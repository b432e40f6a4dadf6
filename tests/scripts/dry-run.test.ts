import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { runHere } from './command.js';

const few = ['--guest', 'simulated', '--memory', '64M,128M', '--tracker', 'none,kvm-ring', '--rounds', '5'];

it.each([
  ['table1', ['none +64M +stop +raw +1', 'kvm-ring +128M +stop +raw +1']],
  ['downtime', ['none +64M', 'kvm-ring +128M']],
])('%s --dry-run prints its points and their time, and writes nothing', async (command, lines) => {
  const folder = mkdtempSync(join(tmpdir(), 'dirtybench-dry-run-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const trackers =
    command === 'downtime' ? few.map((word) => word.replace('none,kvm-ring', 'kvm-flags,kvm-ring')) : few;
  const { code, stdout } = await runHere(
    [command, ...trackers, '--warmup', '1', '--duration', '1', '--dry-run'],
    folder,
  );
  expect(code).toBe(0);
  for (const line of lines) expect(stdout).toMatch(new RegExp(`^${line.replace('none', '(none|kvm-flags)')}$`, 'm'));
  const [, each] = /^4 points, 25 rounds, at most about (\d+) min/m.exec(stdout) ?? [];
  expect(Number(each)).toBeGreaterThan(0);
  expect(readdirSync(folder)).toEqual([]);
});
