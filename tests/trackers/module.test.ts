import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { isModulePath } from '../../base/modulepath.js';
import { loadTracker } from '../../trackers/module.js';
import { ownTracker } from './own-source.js';

/** Loads a module whose tracker also states this. */
function load(fact: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'dirtybench-module-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'mine.js');
  writeFileSync(path, ownTracker().replace("guest: 'simulated',", `guest: 'simulated', ${fact},`));
  if (!isModulePath(path)) throw new Error(path);
  return loadTracker(path);
}

test.each([
  ["role: 'library'", /'role': it should be left out: .* compared as a scheme/],
  ["exactness: 'cumulative'", /'exactness': it should be left out: .* held to be exact/],
  ['concurrent: true', /'concurrent': it should be left out: .* one vCPU alone/],
  ['onlyStopped: true', /'onlyStopped': it should be left out/],
  ['wholeProcess: true', /'wholeProcess': it should be left out/],
  ['room: { perPage: 1, fixed: 0 }', /'room': it should be left out: bytes\(\) says it/],
  ["look: { colour: '#000000', dash: 'solid', shape: 'circle' }", /'look': it should be left out/],
  ['missing: () => null', /'missing': it should be left out/],
])('a module whose tracker states %s is refused, since nothing would heed that', async (fact, message) => {
  await expect(load(fact)).rejects.toThrow(message);
});

test.each(["family: 'set'", "role: 'scheme'", "exactness: 'exact'"])('one that states %s is taken', async (fact) => {
  expect(await load(fact)).toMatch(/^[0-9a-f]{64}$/);
});
