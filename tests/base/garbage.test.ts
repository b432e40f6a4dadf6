import { expect, it } from 'vitest';
import { collectGarbage } from '../../base/garbage.js';

it('garbage is collected when asked for, and `gc` is not left to anybody else', async () => {
  let kept: object | null = { bytes: new Uint8Array(1000) };
  const reference = new WeakRef(kept);
  kept = null;
  // What a turn has looked at is kept until its end.
  await new Promise((resolve) => setTimeout(resolve, 0));
  collectGarbage();
  expect(reference.deref()).toBeUndefined();
  expect(Reflect.has(globalThis, 'gc')).toBe(false);
});
