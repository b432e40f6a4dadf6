import { groupBy } from '../analysis/group.js';
import type { PointRow } from './point-row.js';
import type { Unit } from './quantity.js';
import type { Cell, Row } from './row.js';

/** What OpenMetrics calls a unit, and how many of it there are in ours. */
const units: Record<Unit, { readonly name: string; readonly of: number }> = {
  ns: { name: 'seconds', of: 1e-9 },
  '1/s': { name: 'per_second', of: 1 },
  pages: { name: 'pages', of: 1 },
  bytes: { name: 'bytes', of: 1 },
};

/** What reads badly before its unit. */
const names: Readonly<Record<string, string>> = { tps: 'transactions' };

/** Each is a gauge of its own: what is put into its name, and what its help says it is. */
const bounds = {
  value: { infix: '', help: 'median of the rounds' },
  low: { infix: '_low', help: 'lower end of its interval' },
  high: { infix: '_high', help: 'upper end of its interval' },
} as const;

/** Rows in the text format of OpenMetrics 1.0, in base units: `dirtybench_collect_seconds{tracker="flag-queue",...}`. */
export function toOpenMetrics(rows: readonly PointRow[], about: Row): string {
  const families = [...groupBy(rows, ({ metric }) => metric)].flatMap(([metric, own]) =>
    (['value', 'low', 'high'] as const).map((bound) => family(metric, own, bound)),
  );
  const info = `# TYPE dirtybench_run info\n# HELP dirtybench_run The run that measured.\ndirtybench_run_info${labels(about)} 1\n`;
  return `${info}${families.join('')}# EOF\n`;
}

function family(metric: string, rows: readonly PointRow[], bound: keyof typeof bounds): string {
  const unit = units[rows[0]?.unit ?? 'ns'];
  const { infix, help } = bounds[bound];
  const what = snake(names[metric] ?? metric).replace(new RegExp(`_${unit.name}$`), '');
  const name = `dirtybench_${what}${infix}_${unit.name}`;
  const samples = rows.map((row) => `${name}${labels(row.axes)} ${Number((row[bound] * unit.of).toPrecision(12))}\n`);
  return (
    `# TYPE ${name} gauge\n# UNIT ${name} ${unit.name}\n# HELP ${name} ${what.replaceAll('_', ' ')}: ${help}.\n` +
    samples.join('')
  );
}

/** A label that has no value is left out. */
function labels(row: Row): string {
  const given = Object.entries(row).filter((entry): entry is [string, Exclude<Cell, null>] => entry[1] !== null);
  return `{${given.map(([name, value]) => `${snake(name)}="${escaped(String(value))}"`).join(',')}}`;
}

function escaped(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}

/** `memoryBytes` is `memory_bytes`, `latency.request in` is `latency_request_in`. */
function snake(name: string): string {
  return name
    .replaceAll(/([a-z\d])([A-Z])/g, '$1_$2')
    .replaceAll(/[^A-Za-z\d]+/g, '_')
    .toLowerCase();
}
