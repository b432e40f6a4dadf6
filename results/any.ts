import { ResultsError, resultsIn } from './file.js';
import { readLines, type WholeLines } from './lines.js';
import { type Migrations, migrationsFormat } from './migrations.js';
import { runsIn } from './runs.js';
import type { Results } from './schema.js';
import { type Transactions, transactionsFormat } from './transactions.js';

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
  return anyIn(readLines(path), path);
}

/** Reads the lines of a results file of any kind, as `readAny` does. @throws ResultsError as that does. */
export function anyIn(lines: WholeLines, path: string): AnyResults {
  const kind = kindOf(lines);
  if (kind === 'transactions') return { kind, of: finished(path, runsIn(lines, path, transactionsFormat)) };
  if (kind === 'migrations') return { kind, of: finished(path, runsIn(lines, path, migrationsFormat)) };
  return { kind, of: finished(path, resultsIn(lines, path)) };
}

/** What cannot be told is taken for a sweep's: reading it says what is wrong. */
function kindOf({ lines }: WholeLines): ResultsKind {
  const header = parsed(lines[0] ?? '');
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
