import { expect, test } from 'vitest';
import { digestInTurns, digestOf } from '../../../replication/memory/digest.js';
import { SparsePages } from '../../../replication/memory/pages.js';

const state = Buffer.from('state');

function memoryOf(pages: number): SparsePages {
  const memory = new SparsePages(pages);
  for (let page = 0; page < pages; page += 2) memory.at(page).writeUInt32LE(page + 1, (page * 4) % 4096);
  return memory;
}

test('a digest in turns is the same, and others get their turns meanwhile', async () => {
  const memory = memoryOf(20_000);
  let turns = 0;
  let over = false;
  const count = () => {
    turns++;
    if (!over) setImmediate(count);
  };
  setImmediate(count);
  const digest = await digestInTurns(3, memory, state, () => true);
  over = true;
  expect(digest).toEqual(digestOf(3, memory, state));
  expect(turns).toBeGreaterThanOrEqual(8);
});

test('a digest whose memory may not be touched any more ends without one', async () => {
  const memory = memoryOf(20_000);
  let asked = 0;
  expect(await digestInTurns(3, memory, state, () => ++asked < 4)).toBe(null);
  expect(asked).toBe(4);
});

test('what lists the pages is ended, also by a digest that is given up', async () => {
  const memory = memoryOf(20_000);
  let ended = 0;
  const source = {
    read: (page: number, target: Buffer, offset: number) => memory.read(page, target, offset),
    *written() {
      try {
        yield* memory.written();
      } finally {
        ended++;
      }
    },
  };
  let asked = 0;
  await digestInTurns(3, source, state, () => ++asked < 4);
  expect(ended).toBe(1);
  await digestInTurns(3, source, state, () => true);
  digestOf(3, source, state);
  expect(ended).toBe(3);
});
