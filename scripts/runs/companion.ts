import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { UsageError } from '../../measure/problem.js';
import { ReplicationError } from '../../replication/error.js';
import { partialName } from '../../reports/folder.js';

/** A results file that a report takes beside that of its sweep. */
export interface Companion {
  /** What is in it, and in the names of the file and the flags. */
  readonly name: 'transactions' | 'migrations';
  /** What is said when it is measured. */
  readonly announcement: string;
  /** Measures the short form that a report includes. */
  measure(path: string): Promise<unknown>;
}

/** The flag without a file, with one, `--no-...`, or neither. */
export type CompanionFlag = true | string | false | undefined;

/** Where a companion is looked for or measured, and whether it is measured without being asked for. */
export interface CompanionPlace {
  /** The results file of the sweep. */
  readonly results: string;
  /** The report's folder. */
  readonly out: string;
  /** Measure it where the flag does not say otherwise. */
  readonly measuresByItself: boolean;
}

/**
 * Where a report's companion is, measured if need be; null for none. A file that is named is taken; else it is measured
 * into the report's folder, where asked for or where `measuresByItself`; else that which lies beside the results.
 * @throws UsageError, ResultsError, InterruptedError on Ctrl-C.
 */
export async function companionFor(
  companion: Companion,
  flag: CompanionFlag,
  { results, out, measuresByItself }: CompanionPlace,
): Promise<string | null> {
  if (typeof flag === 'string') return flag;
  if (flag ?? measuresByItself) return measureShort(companion, out);
  const beside = join(dirname(results), `${companion.name}.jsonl`);
  return flag === undefined && existsSync(beside) ? beside : null;
}

async function measureShort({ name, announcement, measure }: Companion, folder: string): Promise<string> {
  const path = join(folder, partialName(name));
  process.stderr.write(`${announcement} (--no-${name} leaves them out)\n`);
  try {
    await measure(path);
  } catch (error) {
    if (!(error instanceof ReplicationError)) throw error;
    throw new UsageError(`${error.message}; --no-${name} makes the report without them`);
  }
  return path;
}
