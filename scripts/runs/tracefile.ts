import { closeSync, openSync, statSync } from 'node:fs';
import { UsageError } from '../../measure/problem.js';

/**
 * Finds out, before there is anything to write, whether a trace can be written.
 * @returns where to write it until it is whole.
 * @throws UsageError if it cannot be, if `--workload` could not name it, or if it is there already and `force` is not given.
 */
export function prepareTrace(out: string, force: boolean): string {
  if (out.includes(',')) {
    throw new UsageError(`--out ${out} has a comma, at which --workload would split it: name another file`);
  }
  const partial = `${out}.partial`;
  try {
    refuseThere(out, force);
    closeSync(openSync(partial, 'w'));
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(
      `--out ${out} cannot be written: ${error instanceof Error ? error.message.split(',')[0] : error}`,
    );
  }
  return partial;
}

/** The trace takes the place of what is there: that may only be a file. @throws UsageError; or an error of the file system's. */
function refuseThere(out: string, force: boolean): void {
  const there = statSync(out, { throwIfNoEntry: false });
  if (there === undefined) return;
  if (!there.isFile()) {
    throw new UsageError(
      `--out ${out} is ${there.isDirectory() ? 'a folder' : 'no regular file'}: name a file for the trace`,
    );
  }
  if (!force) throw new UsageError(`${out} is there already: name another file, or add --force`);
}
