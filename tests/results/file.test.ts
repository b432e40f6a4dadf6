import { appendFileSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ResultsFile, readResults } from '../../results/file.js';
import type { Isolation } from '../../results/schema.js';
import { headerOf, point, roundOf } from './fixture.js';

describe('a results file', () => {
  let folder: string;
  let path: string;
  const header = headerOf([point]);

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'dirtybench-'));
    path = join(folder, 'r.jsonl');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  function write(...rounds: number[]): void {
    const file = new ResultsFile(path, header);
    for (const round of rounds) file.append(roundOf({ round }));
    file.close();
  }

  it('reads back as it was written', () => {
    write(0, 1);
    const results = readResults(path);
    expect(results?.header).toEqual(header);
    expect(results?.rounds).toEqual([roundOf({ round: 0 }), roundOf({ round: 1 })]);
    expect(results?.warnings).toEqual([]);
  });

  it('keeps what is finished when it is opened again', () => {
    write(0);
    write(1);
    expect(readResults(path)?.rounds.map(({ round }) => round)).toEqual([0, 1]);
  });

  it('cut off at any byte, loses at most the line that was being written', () => {
    write(0, 1, 2);
    const whole = readFileSync(path);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: whole.length }), (length) => {
        writeFileSync(path, whole);
        truncateSync(path, length);
        const kept = whole.subarray(0, length).toString().split('\n').length - 1;
        expect(readResults(path)?.rounds.length ?? -1).toBe(kept - 1);
        write(7);
        expect(readResults(path)?.rounds.map(({ round }) => round)).toEqual([
          ...[0, 1, 2].slice(0, Math.max(0, kept - 1)),
          7,
        ]);
      }),
      { numRuns: 60 },
    );
  });

  it.each(['secret', '{"key":1}', ' '])('is not begun over what is none, with no line finished: %j', (text) => {
    writeFileSync(path, text);
    expect(() => new ResultsFile(path, header)).toThrow(
      `'${path}' holds something that is no results file: name another`,
    );
    expect(readFileSync(path, 'utf8')).toBe(text);
  });

  it('says that a torn last line was dropped', () => {
    write(0);
    appendFileSync(path, '{"kind":"rou');
    expect(readResults(path)?.warnings[0]).toMatch(/r\.jsonl: the last line is torn/);
  });

  it.each([
    ['not json', /r\.jsonl, line 3: not JSON: 'not json'/],
    ['{"kind":"other"}', /line 3: kind: /],
    [JSON.stringify({ ...roundOf(), epochs: -1 }), /line 3: epochs: /],
    [JSON.stringify(roundOf({ point: 1 })), /line 3: point 1 of 1 points/],
  ])('names the line that is wrong: %s', (line, message) => {
    write(0);
    appendFileSync(path, `${line}\n`);
    expect(() => readResults(path)).toThrow(message);
  });

  it('refuses to mix two runs', () => {
    write(0);
    const other = headerOf([{ ...point, tracker: 'flag-scan' }]);
    expect(() => new ResultsFile(path, other)).toThrow(/holds another run \(other points\): name another file/);
    const recorded = headerOf([point], { recordings: [{ path: './mine.trace.gz', sha256: '00' }] });
    expect(() => new ResultsFile(path, recorded)).toThrow(/holds another run \(another recording\)/);
    expect(readResults(path)?.rounds).toHaveLength(1);
  });

  it('says what a file is that is of another kind, and where a second one begins', () => {
    writeFileSync(path, `${JSON.stringify({ kind: 'transactions' })}\n`);
    expect(() => readResults(path)).toThrow(
      /r\.jsonl' holds what `dirtybench table1` wrote: give it to `dirtybench report --transactions`$/,
    );
    writeFileSync(path, `${JSON.stringify(header)}\n`.repeat(2));
    expect(() => readResults(path)).toThrow(
      /r\.jsonl, line 2: here begins a second file of what `dirtybench measure` wrote/,
    );
  });

  it('refuses a version of the schema that it does not know', () => {
    writeFileSync(path, `${JSON.stringify({ ...header, schema: 99 })}\n`);
    expect(() => readResults(path)).toThrow(
      /r\.jsonl' was written by a newer dirtybench: read it with that one \(its schema is 99/,
    );
  });

  it('reads what 0.1.0 wrote, says what is wrong with its figures, and does not go on with it', () => {
    const { beside: _beside, ...round } = roundOf();
    const lines = [
      { ...header, schema: 1 },
      round,
      { kind: 'interference', point: 0, aloneNs: 1, tried: [], workers: 2 },
    ];
    writeFileSync(path, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    expect(readResults(path)?.rounds).toEqual([roundOf({ beside: true })]);
    expect(readResults(path)?.warnings).toEqual([
      expect.stringMatching(/0\.1\.0 measured these rounds .* in one process/),
    ]);
    expect(() => new ResultsFile(path, header)).toThrow(/holds another run \(written by dirtybench 0\.1\.0\)/);
  });

  /** The tracker was found to differ beside others: its rounds that were measured so count no more. */
  const differs: Isolation = {
    kind: 'isolation',
    tracker: 'flag-queue',
    point: 0,
    workers: 2,
    measured: 'alone',
    why: 'differs',
    aloneNs: [1, 1, 1],
    besideNs: [2, 2, 2],
  };

  it('does not count what was measured beside others of a tracker that differs so', () => {
    const file = new ResultsFile(path, header);
    file.append(roundOf({ round: 0, beside: true }));
    file.append(roundOf({ round: 1, beside: false }));
    file.append(differs);
    file.close();
    expect(readResults(path)?.rounds.map(({ round }) => round)).toEqual([1]);
  });

  it('has one writer', () => {
    const first = new ResultsFile(path, header);
    expect(() => new ResultsFile(path, header)).toThrow(`is being written by process ${process.pid}`);
    first.close();
    new ResultsFile(path, header).close();
  });

  it('refuses a round that is there twice, with both lines', () => {
    write(0, 1, 0);
    expect(() => readResults(path)).toThrow(/r\.jsonl, lines 2 and 4: both are round 0 of point 0: remove one of them/);
  });

  it('says that it was removed while it was being written', () => {
    const file = new ResultsFile(path, header);
    rmSync(path);
    expect(() => file.append(roundOf())).toThrow(/was removed or replaced while it was being written/);
    file.close();
  });

  it('may be a stream, which says when it is full and is not read again', () => {
    expect(() => new ResultsFile('/dev/full', header)).toThrow("cannot write to '/dev/full': ENOSPC");
    expect(() => readResults('/dev/null')).toThrow("'/dev/null' is no regular file");
    const file = new ResultsFile('/dev/null', header);
    file.append(roundOf());
    expect(file.results.rounds).toEqual([roundOf()]);
    file.close();
  });

  it('holds what it held and what was added, less what was found to count no more', () => {
    const begun = new ResultsFile(path, header);
    begun.append(roundOf({ round: 0, beside: true }));
    begun.append(roundOf({ round: 1 }));
    begun.close();
    const file = new ResultsFile(path, header);
    file.append(roundOf({ round: 2, beside: true }));
    expect(file.results.rounds.map(({ round }) => round)).toEqual([0, 1, 2]);
    expect(file.results).toEqual(readResults(path));
    file.append(differs);
    expect(file.results.rounds.map(({ round }) => round)).toEqual([1]);
    expect(file.results).toEqual(readResults(path));
    file.close();
  });

  it('says which file cannot be read or written', () => {
    expect(() => readResults(join(folder, 'none.jsonl'))).toThrow(/cannot read results file '.*none\.jsonl'/);
    expect(() => new ResultsFile(join(folder, 'no', 'r.jsonl'), header)).toThrow(/cannot write results file/);
  });
});
