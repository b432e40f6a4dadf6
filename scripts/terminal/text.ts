import { writeFileSync } from 'node:fs';
import { UsageError } from '../../measure/problem.js';

/** Writes a text file that the user named. @throws UsageError if it cannot be written. */
export function writeText(path: string, text: string): void {
  try {
    writeFileSync(path, text);
  } catch (error) {
    throw new UsageError(`cannot write '${path}': ${error instanceof Error ? error.message : String(error)}`);
  }
}
