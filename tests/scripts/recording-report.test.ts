import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { UsageError } from '../../measure/problem.js';
import { prepareReport, whereaboutsOf } from '../../scripts/runs/recording-report.js';

describe('the folder of the report on a recording', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'dirtybench-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('is made, and by force loses the results of an earlier recording', () => {
    const report = join(folder, 'a', 'report');
    prepareReport(report, false);
    prepareReport(report, false);
    for (const name of ['results.jsonl', 'report.md']) writeFileSync(join(report, name), '');
    expect(() => prepareReport(report, false)).toThrow('holds something: name another, or add --force');
    expect(readdirSync(report)).toEqual(['report.md', 'results.jsonl']);
    prepareReport(report, true);
    expect(readdirSync(report)).toEqual(['report.md']);
  });

  it.each(['file', 'file/report'])('is refused where it is %s', (name) => {
    writeFileSync(join(folder, 'file'), '');
    expect(() => prepareReport(join(folder, name), false)).toThrow(UsageError);
    expect(() => prepareReport(join(folder, name), true)).toThrow('cannot be written (ENOTDIR');
  });
});

it('an interrupted report on a recording says what makes one of its results', () => {
  const { interrupted } = whereaboutsOf('mine.trace.gz', 'a report/results.jsonl');
  expect(interrupted).toContain("dirtybench report --from 'a report/results.jsonl'");
  expect(interrupted).not.toContain('the same command');
});
