import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { migrationsFormat } from '../../results/migrations.js';
import { RunsFile } from '../../results/runs.js';
import { transactionsFormat } from '../../results/transactions.js';
import { sampleMigrations } from '../reports/migrations.js';
import { sampleTransactions } from '../reports/transactions.js';

it('runs of another seed do not go on in a file of transactions or migrations', () => {
  const folder = mkdtempSync(join(tmpdir(), 'dirtybench-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = (name: string) => join(folder, name);
  const { header } = sampleTransactions();
  const moved = sampleMigrations().header;
  new RunsFile(path('t'), transactionsFormat, header).close();
  new RunsFile(path('m'), migrationsFormat, moved).close();
  new RunsFile(path('t'), transactionsFormat, { ...header, rounds: header.rounds + 1 }).close();
  expect(() => new RunsFile(path('t'), transactionsFormat, { ...header, seed: 99 })).toThrow('(another seed)');
  expect(() => new RunsFile(path('m'), migrationsFormat, { ...moved, seed: 99 })).toThrow('(another seed)');
});
