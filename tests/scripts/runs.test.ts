import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { transactionsFormat } from '../../results/transactions.js';
import { measureRunsInto } from '../../scripts/runs/runs.js';
import { sampleTransactions } from '../reports/transactions.js';

it('what was wrong with a file of runs that is gone on with is said, and is with the results', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'dirtybench-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 't.jsonl');
  const { header, runs } = sampleTransactions();
  writeFileSync(path, `${JSON.stringify(header)}\n${JSON.stringify(runs[0])}\n{"kind":"ru`);
  const spy = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  const { warnings } = await measureRunsInto(path, transactionsFormat, header, async () => {});
  const said = spy.mock.calls.map(([text]) => text.toString()).join('');
  spy.mockRestore();
  expect(warnings).toEqual([expect.stringContaining('the last line is torn')]);
  expect(said).toContain(`${warnings[0]}\n`);
});
