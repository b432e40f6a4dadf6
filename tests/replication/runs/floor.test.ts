import { expect, test } from 'vitest';
import { libc } from '../../../kernel/libc.js';
import { measureFloor } from '../../../replication/runs/floor.js';

test('an exchange of more bytes takes longer, blocking and polling, and none is free', async () => {
  try {
    libc();
  } catch {
    expect(await measureFloor(1, 1)).toBeNull();
    return;
  }
  const little = await measureFloor(300, 40);
  const much = await measureFloor(4_000_000, 40);
  expect(little).toMatchObject({ messageBytes: 300, answerBytes: 40 });
  expect(little?.blockingNs).toBeGreaterThan(0);
  expect(little?.pollingNs).toBeGreaterThan(0);
  expect(much?.blockingNs).toBeGreaterThan(little?.blockingNs ?? 0);
});
