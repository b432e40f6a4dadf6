import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LineWriter, ResultsError, readLines } from '../../results/lines.js';
import { isStream, openWriter } from '../../results/stream.js';

describe('a path that the file system refuses to look at', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'dirtybench-'));
    writeFileSync(join(folder, 'file'), '');
    symlinkSync('loop', join(folder, 'loop'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it.each([
    ['is under a file', 'file/r.jsonl', 'ENOTDIR'],
    ['goes round in circles', 'loop', 'ELOOP'],
    ['is too long', 'r'.repeat(300), 'ENAMETOOLONG'],
  ])('since it %s is named', (_, name, code) => {
    const path = join(folder, name);
    const looks = [() => readLines(path), () => new LineWriter(path), () => isStream(path), () => openWriter(path)];
    for (const look of looks) {
      expect(look).toThrow(ResultsError);
      expect(look).toThrow(new RegExp(`results file '${path}': ${code}`));
    }
  });
});
