import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { UsageError } from '../measure/problem.js';
import { ReplicationError } from '../replication/error.js';
import { modeNames } from '../replication/modes.js';
import { asInPaper, gapPoints, pointsOf } from './points.js';
import { makeTransactionsHeader, measureTransactionsInto } from './transactions.js';

const MiB = 2 ** 20;
const memories = [512 * MiB, 4096 * MiB];

/** The short form of `dirtybench table1` that a report includes: about a minute. */
const short = {
  command: 'dirtybench table1 --memory 512M,4G --rounds 3 --seconds 0.4 --warmup 0.2',
  points: [...pointsOf({ memories, modes: modeNames, ...asInPaper }), ...gapPoints({ memories, modes: modeNames })],
  workload: 'netperf-rr',
  pagesPerTransaction: 16,
  requestBytes: 128,
  responseBytes: 128,
  rounds: 3,
  seconds: 0.4,
  warmupSeconds: 0.2,
  seed: 1,
} as const;

/** `--transactions` without a file, with one, `--no-transactions`, or neither. */
export type TransactionsFlag = true | string | false | undefined;

/**
 * Where a report's transactions are, measured if need be; null for none. A file that is named is taken; else they are
 * measured into the report's folder, where asked for or where `measuresByItself`; else those that lie beside the results.
 * @throws UsageError, ResultsError, InterruptedError on Ctrl-C, ReplicationError.
 */
export async function transactionsFor(
  flag: TransactionsFlag,
  { results, out, measuresByItself }: { results: string; out: string; measuresByItself: boolean },
): Promise<string | null> {
  if (typeof flag === 'string') return flag;
  if (flag ?? measuresByItself) return measureShort(out);
  const beside = join(dirname(results), 'transactions.jsonl');
  return flag === undefined && existsSync(beside) ? beside : null;
}

async function measureShort(folder: string): Promise<string> {
  const path = join(folder, 'transactions.partial.jsonl');
  process.stderr.write('measuring transactions end to end, with a standby (--no-transactions leaves them out)\n');
  try {
    await measureTransactionsInto(path, makeTransactionsHeader(short, 'auto'));
  } catch (error) {
    if (!(error instanceof ReplicationError)) throw error;
    throw new UsageError(`${error.message}; --no-transactions makes the report without them`);
  }
  return path;
}
