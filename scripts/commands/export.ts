import { Command, Option } from 'commander';
import { UsageError } from '../../measure/problem.js';
import { type ExportFormat, exporters, exportFormats } from '../../reports/export/formats.js';
import { readAny } from '../../results/any.js';
import { readable } from '../terminal/streams.js';
import { writeText } from '../terminal/text.js';

interface ExportFlags {
  format: ExportFormat;
  rounds?: true;
  out: string;
}

/** `dirtybench export`: a results file as other programs read it. */
export function exportCommand(): Command {
  return new Command('export')
    .description('write a results file as a table, or as other tools read it: a row for each metric of each point')
    .argument('<file>', 'a results file: of a sweep, of transactions or of migrations; - for standard input')
    .addOption(new Option('--format <name>', 'what to write').choices(exportFormats).default('csv'))
    .option('--rounds', 'a row for each round instead')
    .option('--out <file>', 'where it goes; - is standard output', '-')
    .action(exportFile);
}

function exportFile(path: string, { format, rounds, out }: ExportFlags): void {
  const { points, rounds: ofRounds } = exporters[format];
  if (rounds && ofRounds === null) {
    throw new UsageError(`--rounds: ${format} has no place for single rounds: use --format csv or jsonl`);
  }
  const file = readAny(readable(path));
  for (const warning of file.of.warnings) process.stderr.write(`${warning}\n`);
  const text = rounds && ofRounds !== null ? ofRounds(file) : points(file);
  if (out === '-') process.stdout.write(text);
  else writeText(out, text);
}
