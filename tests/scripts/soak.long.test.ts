import { expect, it } from 'vitest';
import { soakedSchema } from '../../results/soak.js';
import { run } from './command.js';

it('the soak of comparisons counts what is called different though nothing changed', { timeout: 300_000 }, async () => {
  const { code, stdout } = await run(['soak', '--part', 'compare', '--comparisons', '1', '--apart', '--json'], '.');
  expect(code).toBe(0);
  const { pairs, slower, faster, undecided, same, ...found } = soakedSchema.parse(JSON.parse(stdout));
  expect(pairs).toBeGreaterThanOrEqual(6);
  expect(slower + faster + undecided + same).toBe(pairs);
  expect(found).toMatchObject({ way: 'apart', comparisons: 1, slowed: 0, slowedFound: 0 });
});
