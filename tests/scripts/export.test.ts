import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { pointOf, resultsOf } from '../reports/fixture.js';
import { sampleMigrations } from '../reports/migrations.js';
import { sampleTransactions } from '../reports/transactions.js';
import { runHere } from './command.js';

/** What github-action-benchmark takes for `customSmallerIsBetter`. */
const githubSchema = z.array(
  z.strictObject({
    name: z.string().min(1),
    unit: z.string().min(1),
    value: z.number(),
    range: z.string().optional(),
    extra: z.string().optional(),
  }),
);

const hasPython = existsSync('/usr/bin/python3') || existsSync('/usr/local/bin/python3');

describe('dirtybench export', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'dirtybench-'));
    const sweep = resultsOf(
      [
        pointOf({ tracker: 'null' }),
        pointOf({ tracker: 'flag-scan', memoryBytes: 2 ** 40 }),
        pointOf({ tracker: 'kvm-ring', guest: 'kvm', ringEntries: 4096 }),
        pointOf({ tracker: 'flag-queue', workload: 'trace:./odd, "name".gz', pagesPerEpoch: null }),
      ],
      ({ tracker, guest }, round) => ({
        collectNs: (tracker === 'null' ? 40 : 2500) + round,
        ...(guest === 'kvm' ? { kernelNs: 900 } : {}),
      }),
    );
    save('sweep.jsonl', [sweep.header, ...sweep.rounds]);
    const [transactions, migrations] = [sampleTransactions(), sampleMigrations()];
    save('transactions.jsonl', [transactions.header, ...transactions.runs]);
    save('migrations.jsonl', [migrations.header, ...migrations.runs]);
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  function save(name: string, lines: readonly object[]): void {
    writeFileSync(join(folder, name), lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  }

  async function exported(file: string, ...flags: string[]): Promise<string> {
    const { code, stdout, stderr } = await runHere(['export', file, ...flags], folder);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    return stdout;
  }

  /** What DuckDB makes of a file by itself. */
  async function query(sql: string): Promise<unknown[]> {
    const connection = await (await DuckDBInstance.create(':memory:')).connect();
    try {
      return (await connection.runAndReadAll(sql)).getRowObjectsJson();
    } finally {
      connection.closeSync();
    }
  }

  async function typesIn(path: string): Promise<Record<string, unknown>> {
    const columns = z.array(z.object({ column_name: z.string(), column_type: z.string() }));
    const described = columns.parse(await query(`DESCRIBE SELECT * FROM '${path}'`));
    return Object.fromEntries(described.map((column) => [column.column_name, column.column_type]));
  }

  it('writes CSV that DuckDB reads with the right types, a row for each metric of each point', async () => {
    const path = join(folder, 'sweep.csv');
    await exported('sweep.jsonl', '--out', 'sweep.csv');
    expect(await typesIn(path)).toMatchObject({
      runStartedAt: expect.stringMatching(/^TIMESTAMP/),
      tracker: 'VARCHAR',
      memoryBytes: 'BIGINT',
      ringEntries: 'BIGINT',
      coverage: 'DOUBLE',
      withinFloor: 'BOOLEAN',
      value: expect.stringMatching(/BIGINT|DOUBLE/),
    });
    expect(
      await query(
        `SELECT tracker, memoryBytes, value, low, high, rounds FROM '${path}' WHERE metric = 'collect' AND tracker = 'flag-scan'`,
      ),
    ).toEqual([
      { tracker: 'flag-scan', memoryBytes: String(2 ** 40), value: '2502', low: '2500', high: '2504', rounds: '5' },
    ]);
    expect(await query(`SELECT metric, count(*)::INT AS points FROM '${path}' GROUP BY ALL ORDER BY ALL`)).toEqual([
      { metric: 'collect', points: 4 },
      { metric: 'kernel', points: 1 },
      { metric: 'run', points: 4 },
      { metric: 'total', points: 4 },
    ]);
    expect(await query(`SELECT DISTINCT workload FROM '${path}' WHERE workload LIKE 'trace%'`)).toEqual([
      { workload: 'trace:./odd, "name".gz' },
    ]);
  });

  it('writes a row for each round with --rounds, the second of the A/A pair too', async () => {
    const path = join(folder, 'rounds.csv');
    await exported('sweep.jsonl', '--rounds', '--out', 'rounds.csv');
    expect(await query(`SELECT count(*)::INT AS rounds, count(*) FILTER (twin)::INT AS twins FROM '${path}'`)).toEqual([
      { rounds: 25, twins: 5 },
    ]);
    expect(await typesIn(path)).toMatchObject({
      twin: 'BOOLEAN',
      collectMedianNs: 'BIGINT',
      startedAt: expect.stringMatching(/^TIMESTAMP/),
    });
    expect(await query(`SELECT max(collectMaxNs)::INT AS most FROM '${path}'`)).toEqual([{ most: 2504 }]);
  });

  it.skipIf(!hasPython)('writes what Python’s csv and json read', async () => {
    const read =
      'import csv, json, sys\n' +
      'rows = list(csv.DictReader(open("a.csv", newline="")))\n' +
      'lines = [json.loads(line) for line in open("a.jsonl")]\n' +
      'assert [list(row) for row in rows] == [list(line) for line in lines] == [list(rows[0])] * len(rows)\n' +
      'text = lambda value: "" if value is None else str(value).lower() if isinstance(value, bool) else "(null)" if value == "null" else str(value)\n' +
      'assert all(a[k] == text(b[k]) or float(a[k]) == float(b[k]) for a, b in zip(rows, lines) for k in a)\n' +
      'print(len(rows))\n';
    for (const [file, flags] of [
      ['sweep', []],
      ['sweep', ['--rounds']],
      ['transactions', []],
      ['transactions', ['--rounds']],
      ['migrations', []],
      ['migrations', ['--rounds']],
    ] as const) {
      await exported(`${file}.jsonl`, ...flags, '--out', 'a.csv');
      await exported(`${file}.jsonl`, ...flags, '--format', 'jsonl', '--out', 'a.jsonl');
      const count = execFileSync('python3', ['-c', read], { cwd: folder, encoding: 'utf8' });
      expect(Number(count)).toBe(readFileSync(join(folder, 'a.jsonl'), 'utf8').split('\n').length - 1);
    }
  });

  it.each(['sweep', 'transactions', 'migrations'])(
    'writes %s as github-action-benchmark reads them, each series with a name of its own',
    async (file) => {
      const benchmarks = githubSchema.parse(
        JSON.parse(await exported(`${file}.jsonl`, '--format', 'github-action-benchmark')),
      );
      expect(benchmarks.length).toBeGreaterThan(0);
      expect(new Set(benchmarks.map(({ name }) => name)).size).toBe(benchmarks.length);
    },
  );

  it.each(['sweep', 'transactions', 'migrations'])(
    'writes %s as OpenMetrics: each family whole, with its unit, and an end',
    async (file) => {
      const text = await exported(`${file}.jsonl`, '--format', 'openmetrics');
      expect(text.endsWith('# EOF\n')).toBe(true);
      const seen: string[] = [];
      const lines = text.split('\n').slice(0, -2);
      for (const [index, line] of lines.entries()) {
        const [, name, type] = /^# TYPE (\w+) (gauge|info)$/.exec(line) ?? [];
        if (name !== undefined) {
          expect(seen).not.toContain(name);
          seen.push(name);
        }
        if (type === 'gauge') {
          const [, unit] = new RegExp(`^# UNIT ${name} (\\w+)$`).exec(lines[index + 1] ?? '') ?? [];
          expect(name?.endsWith(`_${unit}`), line).toBe(true);
        }
        if (line.startsWith('#')) continue;
        expect(line).toMatch(/^\w+\{(?:[a-z_]+="(?:[^"\\]|\\.)*",?)+\} [\d.e+-]+$/);
        expect(line.replace(/(_info)?\{.*/, '')).toBe(seen.at(-1));
      }
      expect(seen.length).toBeGreaterThan(3);
    },
  );

  it.each([
    [['none.jsonl'], "cannot read results file 'none.jsonl'"],
    [['sweep.jsonl', '--format', 'xls'], "option '--format <name>' argument 'xls' is invalid"],
    [['sweep.jsonl', '--format', 'openmetrics', '--rounds'], '--rounds: openmetrics has no place for single rounds'],
    [['sweep.jsonl', '--out', 'no/such/folder.csv'], "cannot write 'no/such/folder.csv'"],
  ])('%j is one line on stderr and exit code 2', async (args, message) => {
    const ended = await runHere(['export', ...args], folder);
    expect(ended).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining(message) });
    expect(ended.stderr.trim().split('\n')).toHaveLength(1);
  });
});
