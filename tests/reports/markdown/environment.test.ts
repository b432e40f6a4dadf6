import { expect, it } from 'vitest';
import { environmentSection } from '../../../reports/markdown/environment.js';
import type { Migrations } from '../../../results/migrations.js';
import type { Transactions } from '../../../results/transactions.js';
import { sampleMigrations } from '../migrations.js';
import { sampleAnalysis } from '../sample.js';
import { sampleTransactions } from '../transactions.js';

it('says what the network was used for', () => {
  const network = (transactions: Transactions | null, migrations: Migrations | null) => {
    const size = { trackers: ['flag-scan'], memories: [2 ** 30], programs: [] };
    const text = environmentSection.write({ analysis: sampleAnalysis(size, transactions, migrations), pictures: [] });
    return /^\| network .*\| (.*?) *\|$/m.exec(text ?? '')?.[1];
  };
  expect(network(null, null)).toBe('not used');
  expect(network(sampleTransactions(), null)).toBe('loopback, for transactions');
  expect(network(null, sampleMigrations())).toBe('loopback, for migrations');
  expect(network(sampleTransactions(), sampleMigrations())).toBe('loopback, for transactions and migrations');
});
