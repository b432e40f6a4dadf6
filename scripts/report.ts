import { copyFileSync, renameSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Command } from 'commander';
import { prepareFolder, writeReport } from '../reports/folder.js';
import { ResultsError, readResults } from '../results/file.js';
import { addSweepFlags, expandFlags, type SweepFlags } from './axes.js';
import { makeHeader, measureInto, parseConcurrency } from './session.js';

interface ReportFlags extends SweepFlags {
  concurrency?: string;
  from?: string;
  out: string;
}

/** `dirtybench report`: a results file, measured now or before, to tables and charts. */
export function reportCommand(): Command {
  return addSweepFlags(new Command('report'))
    .description('write the report; measures the `report` profile first, unless --from gives a results file')
    .option('--from <file>', 'a results file: nothing is measured')
    .option('--concurrency <number>', 'workers that measure at once (default: the number of cores)')
    .option('--out <folder>', 'where the report goes', 'docs')
    .action(async (flags: ReportFlags) => {
      const path = flags.from ?? (await measureFirst(flags));
      const results = readResults(path);
      if (results === null) throw new ResultsError(`${path}: nothing in it is finished: measure first`);
      for (const warning of results.warnings) process.stderr.write(`${warning}\n`);
      const written = await writeReport(results, flags.out);
      keepResults(path, flags.out);
      process.stdout.write(`\n${written.table}\n\nreport: ${written.report}\n`);
    });
}

/** Measures into the report's folder; a run that was interrupted there goes on. */
async function measureFirst(flags: ReportFlags): Promise<string> {
  const header = makeHeader(expandFlags(flags, 'report'));
  const concurrency = parseConcurrency(flags.concurrency);
  prepareFolder(flags.out);
  const path = join(flags.out, 'results.partial.jsonl');
  await measureInto(path, header, concurrency);
  return path;
}

/** Puts the results beside the report made from them: moved if they were measured for it, copied if they were given. */
function keepResults(path: string, folder: string): void {
  const kept = join(folder, 'results.jsonl');
  if (path === join(folder, 'results.partial.jsonl')) renameSync(path, kept);
  else if (resolve(path) !== resolve(kept)) copyFileSync(path, kept);
}
