import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { measure, UserError } from '../../api/index.js';

it('tells a program what its user can mend from a fault: a workload that is not there', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'dirtybench-api-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const measuring = measure({ workload: 'nonsense', tracker: 'flag-queue' }, { out: join(folder, 'r.jsonl') });
  await expect(measuring).rejects.toThrow(UserError);
  await expect(measuring).rejects.toThrow(/'nonsense'/);
  expect(readdirSync(folder)).toEqual([]);
});

it.each([0, -1, Number.NaN])('refuses %s workers by its value', async (concurrency) => {
  const measuring = measure({ tracker: 'flag-queue' }, { out: join(tmpdir(), 'none.jsonl'), concurrency });
  await expect(measuring).rejects.toThrow(`concurrency: ${concurrency} is not a number from 1 up`);
});
