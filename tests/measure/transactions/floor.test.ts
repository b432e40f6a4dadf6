import { expect, test } from 'vitest';
import { libc } from '../../../kernel/libc.js';
import { measureFloor } from '../../../measure/transactions/floor.js';

test('an exchange between two processes takes its time, blocking and polling', async () => {
  try {
    libc();
  } catch {
    expect(await measureFloor(1, 1)).toBeNull();
    return;
  }
  const little = await measureFloor(300, 40);
  expect(little).toMatchObject({ messageBytes: 300, answerBytes: 40 });
  expect(little?.blockingNs).toBeGreaterThan(0);
  expect(little?.pollingNs).toBeGreaterThan(0);
});
