import { ResultsError, readResults } from './file.js';
import { readLines } from './lines.js';
import { type Migrations, readMigrations } from './migrations.js';
import type { Results } from './schema.js';
import { readTransactions, type Transactions } from './transactions.js';

/** The kinds of results file, by the kind that their headers have. */
export type AnyResults =
  | { readonly kind: 'results'; readonly of: Results }
  | { readonly kind: 'transactions'; readonly of: Transactions }
  | { readonly kind: 'migrations'; readonly of: Migrations };

/** What is in a results file: a sweep, transactions or migrations. */
export type ResultsKind = AnyResults['kind'];

/**
 * Reads a results file of any kind; its header says which.
 * @throws ResultsError if it cannot be read, nothing in it is finished, or a line is not what it should be.
 */
export function readAny(path: string): AnyResults {
  const kind = kindOf(path);
  if (kind === 'transactions') return { kind, of: finished(path, readTransactions(path)) };
  if (kind === 'migrations') return { kind, of: finished(path, readMigrations(path)) };
  return { kind, of: finished(path, readResults(path)) };
}

/** What cannot be told is taken for a sweep's: reading it says what is wrong. */
function kindOf(path: string): ResultsKind {
  const header = parsed(readLines(path).lines[0] ?? '');
  if (typeof header !== 'object' || header === null || !('kind' in header)) return 'results';
  return header.kind === 'transactions' || header.kind === 'migrations' ? header.kind : 'results';
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}

/** What was read of a file. @throws ResultsError if nothing in it is finished. */
export function finished<T>(path: string, read: T | null): T {
  if (read === null) throw new ResultsError(`${path}: nothing in it is finished: measure first`);
  return read;
}
