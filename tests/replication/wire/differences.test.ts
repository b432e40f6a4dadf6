import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { pageBytes } from '../../../base/size.js';
import { Differences, type EncodedDifferences } from '../../../replication/wire/differences.js';
import { contentsCode } from '../../../replication/wire/encoding.js';
import { Patch } from '../../../replication/wire/patch.js';
import { WireError } from '../../../replication/wire/wire.js';

const pages = 8;
const memoryBytes = pages * pageBytes;

function patchOf({ code, bytes }: EncodedDifferences, count: number): Patch {
  return code === contentsCode.compressed ? Patch.decompress(bytes, count) : new Patch(bytes, count);
}

/** A sender whose memory may be changed, and what a receiver makes of what it sends. */
function openPair() {
  const memory = Buffer.alloc(memoryBytes);
  const received = Buffer.alloc(memoryBytes);
  const read = (page: number, target: Buffer, offset: number) =>
    memory.copy(target, offset, page * pageBytes, (page + 1) * pageBytes);
  const differences = new Differences({ memoryBytes, read });
  const send = (numbers: number[]) => {
    const encoded = differences.encode(Uint32Array.from(numbers));
    if (encoded === null) {
      for (const page of numbers) read(page, received, page * pageBytes);
    } else {
      const patch = patchOf(encoded, numbers.length);
      patch.apply((index) => {
        const start = (numbers[index] as number) * pageBytes;
        return received.subarray(start, start + pageBytes);
      });
    }
    return encoded;
  };
  return { memory, received, send };
}

const anyWrite = fc.record({ at: fc.nat(memoryBytes - 1), length: fc.nat(pageBytes), byte: fc.nat(255) });

test('whatever is written, the other side holds it once the pages are sent', () => {
  const anyRounds = fc.array(fc.array(anyWrite, { maxLength: 20 }), { maxLength: 6 });
  fc.assert(
    fc.property(anyRounds, (rounds) => {
      const { memory, received, send } = openPair();
      for (const writes of rounds) {
        for (const { at, byte, length } of writes) memory.fill(byte, at, Math.min(memoryBytes, at + length));
        const written = writes.flatMap(({ at, length }) => [at, Math.min(memoryBytes - 1, at + length)]);
        send([...new Set(written.map((at) => Math.floor(at / pageBytes)))]);
        expect(received.equals(memory)).toBe(true);
      }
    }),
    { numRuns: 50 },
  );
});

test('a stamp in each page costs few bytes, and pages that are new all over are sent as they are', () => {
  const { memory, received, send } = openPair();
  const all = Array.from({ length: pages }, (_, page) => page);
  for (let at = 0; at < memoryBytes; at += 32) createHash('sha256').update(String(at)).digest().copy(memory, at);
  expect(send(all) === null).toBe(true);
  for (const page of all) memory.writeBigUInt64LE(77n, page * pageBytes + 800);
  expect(send(all)?.bytes.length).toBeLessThan(pages * 80);
  expect(received.equals(memory)).toBe(true);
});

test.each([
  ['few', 17],
  ['many', 5000],
])('%s damaged differences are refused or change pages, and never anything else', (_, length) => {
  const { memory } = openPair();
  memory.fill('something to send', 5000, 5000 + length);
  const differences = new Differences({
    memoryBytes,
    read: (page, target, offset) => memory.copy(target, offset, page * pageBytes, (page + 1) * pageBytes),
  });
  const encoded = differences.encode(Uint32Array.of(1, 2)) as EncodedDifferences;
  expect(encoded.code).toBe(length < 100 ? contentsCode.differences : contentsCode.compressed);
  fc.assert(
    fc.property(fc.nat(encoded.bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
      const damaged = Buffer.from(encoded.bytes);
      damaged[at] = (damaged[at] as number) ^ flip;
      let patch: Patch;
      try {
        patch = patchOf({ ...encoded, bytes: damaged }, 2);
      } catch (error) {
        expect(error).toBeInstanceOf(WireError);
        return;
      }
      patch.apply(() => Buffer.alloc(pageBytes));
    }),
    { numRuns: 500 },
  );
});

test('a length that the pages cannot have is refused before memory is taken', () => {
  const bomb = Buffer.alloc(64);
  for (const bytes of [0xffffffff, 2 * (8 + pageBytes) + 64, 15, 18]) {
    bomb.writeUInt32LE(bytes);
    expect(() => Patch.decompress(bomb, 2)).toThrow(`differences of 2 pages in ${bytes} bytes`);
  }
});
