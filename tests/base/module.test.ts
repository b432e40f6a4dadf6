import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { checkShape, functionSchema, loadModule } from '../../base/module.js';
import { isModuleFile, isModulePath, type ModulePath } from '../../base/modulepath.js';

describe('a module', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'dirtybench-module-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  function written(name: string, source: string): ModulePath {
    const path = join(folder, name);
    writeFileSync(path, source);
    return path as ModulePath;
  }

  it('is loaded by its path, with the hash of its file', async () => {
    const { value, sha256 } = await loadModule(written('seven.mjs', 'export default 7;'), 'number');
    expect(value).toBe(7);
    // As sha256sum says it.
    expect(sha256).toBe('d7719b23fac00e628a9f863a4b0f2da5005404db1c34971939974f469a7774a5');
  });

  it('of CommonJS is what it exports', async () => {
    expect((await loadModule(written('old.cjs', 'module.exports = { old: true };'), 'object')).value).toEqual({
      old: true,
    });
  });

  it.each([
    [
      'nothing.mjs',
      'export const tracker = 1;',
      "exports nothing by default; a tracker is what 'export default' gives",
    ],
    ['throws.mjs', "throw new Error('not here\\nnor there');", 'cannot be loaded: not here'],
    ['lost.mjs', "import './lost-too.mjs'; export default 1;", 'cannot be loaded: Cannot find module'],
  ])('%s says in one line what is wrong', async (name, source, line) => {
    const path = written(name, source);
    await expect(loadModule(path, 'tracker')).rejects.toThrow(`tracker '${path}': ${line}`);
  });

  it('that is not there says so', async () => {
    await expect(loadModule('./nowhere.js', 'tracker')).rejects.toThrow(
      "tracker './nowhere.js': cannot be read: ENOENT",
    );
  });
});

describe('a shape', () => {
  const schema = z.looseObject({ size: z.number({ error: 'it should be a number' }), make: functionSchema('(size)') });

  it('that fits is what was given', () => {
    const given = { size: 1, make: () => 2, more: 3 };
    expect(checkShape(schema, given, 'box')).toEqual(given);
  });

  it.each([
    [{ size: 'large', make: () => 1 }, "box: 'size': it should be a number"],
    [{ size: 1 }, "box: 'make': it should be a function (size)"],
  ])('%o is refused by the first thing that is wrong', (given, line) => {
    expect(() => checkShape(schema, given, 'box')).toThrow(line);
  });
});

describe('the path of a module', () => {
  it.each(['./mine.js', '../mine.js', '/home/me/mine.js', './mine'])('is %s', (name) => {
    expect(isModulePath(name)).toBe(true);
  });

  it.each(['flag-queue', 'mine.js', 'trace:./mine.trace.gz', '.hidden'])('is not %s', (name) => {
    expect(isModulePath(name)).toBe(false);
  });

  it('is meant where a file’s name stands alone', () => {
    expect(['mine.js', 'mine.mjs', 'mine.ts'].every(isModuleFile)).toBe(true);
    expect(['./mine.js', 'flag-queue'].some(isModuleFile)).toBe(false);
  });
});
