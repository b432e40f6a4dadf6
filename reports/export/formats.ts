import type { AnyResults } from '../../results/any.js';
import { toGithub } from './github.js';
import { toOpenMetrics } from './openmetrics.js';
import { type PointRow, pointRows } from './point-row.js';
import { roundRows } from './round-row.js';
import type { Row } from './row.js';
import { toCsv, toJsonLines } from './table.js';

/** What a results file can be exported to. */
export const exportFormats = ['csv', 'jsonl', 'github-action-benchmark', 'openmetrics'] as const;

/** The name of a format that a results file can be exported to. */
export type ExportFormat = (typeof exportFormats)[number];

/** How a file is written in a format: a row for each metric of each point, and, where that makes sense, one for each round. */
interface Exporter {
  points(file: AnyResults): string;
  rounds: ((file: AnyResults) => string) | null;
}

/** Every format there is. */
export const exporters: Record<ExportFormat, Exporter> = {
  csv: { points: (file) => toCsv(pointTable(file)), rounds: (file) => toCsv(roundTable(file)) },
  jsonl: { points: (file) => toJsonLines(pointTable(file)), rounds: (file) => toJsonLines(roundTable(file)) },
  'github-action-benchmark': { points: (file) => toGithub(pointRows(file)), rounds: null },
  openmetrics: { points: (file) => toOpenMetrics(pointRows(file), runOf(file)), rounds: null },
};

function pointTable(file: AnyResults): Row[] {
  return pointRows(file).map(({ axes, ...row }: PointRow) => ({ ...stampOf(file), ...axes, ...row }));
}

function roundTable(file: AnyResults): Row[] {
  return roundRows(file).map((row) => ({ ...stampOf(file), ...row }));
}

/** What tells one file's rows from another's, where they are put together. */
function stampOf({ of: { header } }: AnyResults): Row {
  return { version: header.version, runStartedAt: header.startedAt };
}

function runOf(file: AnyResults): Row {
  const { cpu, kernel, node } = file.of.header.environment;
  return { ...stampOf(file), cpu, kernel, node };
}
