import { closeSync, existsSync, openSync } from 'node:fs';
import { UsageError } from '../../measure/problem.js';

/**
 * Finds out, before there is anything to write, whether a trace can be written.
 * @returns where to write it until it is whole.
 * @throws UsageError if it cannot be, or is there already and `force` is not given.
 */
export function prepareTrace(out: string, force: boolean): string {
  if (existsSync(out) && !force) throw new UsageError(`${out} is there already: name another file, or add --force`);
  const partial = `${out}.partial`;
  try {
    closeSync(openSync(partial, 'w'));
  } catch (error) {
    throw new UsageError(
      `--out ${out} cannot be written: ${error instanceof Error ? error.message.split(',')[0] : error}`,
    );
  }
  return partial;
}
