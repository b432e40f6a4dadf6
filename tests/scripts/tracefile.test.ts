import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { UsageError } from '../../measure/problem.js';
import { prepareTrace } from '../../scripts/runs/tracefile.js';

describe('the file of a trace', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'dirtybench-'));
    writeFileSync(join(folder, 'file'), '');
    mkdirSync(join(folder, 'folder'));
    symlinkSync('/dev/null', join(folder, 'device'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('is written beside its place first, over a file only by force', () => {
    const path = join(folder, 'file');
    expect(() => prepareTrace(path, false)).toThrow('is there already: name another file, or add --force');
    expect(prepareTrace(path, true)).toBe(`${path}.partial`);
    expect(existsSync(`${path}.partial`)).toBe(true);
  });

  it.each([
    ['folder', 'is a folder'],
    ['device', 'is no regular file'],
    ['file/trace', 'cannot be written: ENOTDIR'],
    ['one,two', 'has a comma'],
  ])('%s is refused, by force too', (name, why) => {
    const before = readdirSync(folder);
    for (const force of [false, true]) {
      expect(() => prepareTrace(join(folder, name), force)).toThrow(UsageError);
      expect(() => prepareTrace(join(folder, name), force)).toThrow(why);
    }
    expect(readdirSync(folder)).toEqual(before);
  });
});
