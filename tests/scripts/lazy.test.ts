import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const scripts = new URL('../../scripts/', import.meta.url);

/** Every module that loading one brings with it, and every package. */
function loadedBy(entry: URL): Set<string> {
  const seen = new Set<string>();
  const left = [entry];
  for (let file = left.pop(); file !== undefined; file = left.pop()) {
    if (seen.has(file.href)) continue;
    seen.add(file.href);
    for (const [, from = ''] of readFileSync(file, 'utf8').matchAll(
      /^(?:import|export)\s(?:[^;'"]*\sfrom\s)?['"]([^'"]+)['"];/gm,
    )) {
      if (from.startsWith('.')) left.push(new URL(from, file));
      else seen.add(from);
    }
  }
  return seen;
}

it.each(['program', ...['measure', 'report', 'compare', 'export', 'soak'].map((command) => `commands/${command}`)])(
  'a machine that measures alone loads nothing of Redis: %s',
  (name) => {
    const loaded = loadedBy(new URL(`${name}.js`, scripts));
    expect(loaded.size).toBeGreaterThan(5);
    expect([...loaded].filter((module) => /bullmq|ioredis/.test(module))).toEqual([]);
  },
);

it('a worker does', () => {
  expect(loadedBy(new URL('commands/worker.js', scripts))).toContain('bullmq');
});
