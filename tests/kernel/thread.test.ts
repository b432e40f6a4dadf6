import { setTimeout } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { startThread } from '../../kernel/thread.js';

it('a thread that does not come up is an error, not the end of the process', async () => {
  const shared = new Int32Array(new SharedArrayBuffer(4));
  const script = new URL('./no-such-thread.js', import.meta.url);
  expect(() => startThread({ what: 'ghost', script, data: {}, shared, word: 0, limitMs: 300 })).toThrow(
    'ghost: its thread did not start within 0.3 s',
  );
  await setTimeout(100);
});
