import { expect, it } from 'vitest';
import { run } from './command.js';

it('the soak of comparisons counts what is called different though nothing changed', { timeout: 300_000 }, async () => {
  const { code, stdout } = await run(['soak', '--part', 'compare', '--comparisons', '1', '--apart'], '.');
  expect(code).toBe(0);
  const [, pairs = 0, ...counts] =
    /^compare: 1 comparisons .*: of (\d+) pairs (\d+) slower, (\d+) faster, (\d+) undecided, (\d+) same\n/.exec(
      stdout,
    ) ?? [];
  expect(Number(pairs)).toBeGreaterThanOrEqual(6);
  expect(counts.reduce((sum, count) => sum + Number(count), 0)).toBe(Number(pairs));
});
