import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { runsApart } from '../../../scripts/soaks/runs.js';

it('each run of the same is compared with the one before, and none is slowed', { timeout: 300_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'dirtybench-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const flags = { tracker: ['flag-queue'], memory: ['4M'], pages: ['16'], epochs: '20' };
  const compared: unknown[] = [];
  for await (const { comparison, slowed } of runsApart({ flags, seed: 3, folder })) {
    const [file] = comparison.files;
    expect(file?.pairs.map(({ subject }) => subject).sort()).toEqual(['flag-queue', 'null']);
    for (const { base, new: now } of file?.pairs ?? []) expect([base.rounds, now.rounds]).toEqual([8, 8]);
    compared.push([comparison.base, file?.path, slowed]);
    if (compared.length === 2) break;
  }
  const [first, second, third] = ['0', '1', '2'].map((name) => join(folder, `${name}.jsonl`));
  expect(compared).toEqual([
    [first, second, null],
    [second, third, null],
  ]);
});
