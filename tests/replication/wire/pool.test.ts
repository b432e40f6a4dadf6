import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BufferPool } from '../../../replication/wire/pool.js';

const anySteps = fc.array(
  fc.oneof(fc.record({ take: fc.integer({ min: 1, max: 300_000 }) }), fc.record({ give: fc.nat(20) })),
  { maxLength: 60 },
);

test('a buffer has room for what was asked, and nobody else has it until it is given back', () => {
  fc.assert(
    fc.property(anySteps, (steps) => {
      const pool = new BufferPool();
      const out: Buffer[] = [];
      for (const step of steps) {
        if ('take' in step) {
          const taken = pool.take(step.take);
          expect(taken.length).toBeGreaterThanOrEqual(step.take);
          expect(out.some(({ buffer }) => buffer === taken.buffer)).toBe(false);
          out.push(taken.subarray(0, step.take));
        } else {
          const [given] = out.splice(step.give % Math.max(1, out.length), 1);
          if (given !== undefined) pool.give(given);
        }
      }
    }),
    { numRuns: 100 },
  );
});

test('what is given back serves again, though only a part of it was in use', () => {
  const pool = new BufferPool();
  const first = pool.take(100_000);
  pool.give(first.subarray(0, 10));
  expect(pool.take(90_000).buffer).toBe(first.buffer);
  expect(pool.take(90_000).buffer).not.toBe(first.buffer);
});
