import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { frameOf, hole, layoutOf, writeTables } from '../../guests/kvm-layout.js';

const mib = 2 ** 20;
const gib = 2 ** 30;
const present = 1n;
const large = 0x80n;
const accessed = 0x20n;
const dirty = 0x40n;
const addressMask = ~0xfffn;

/** Follows an address through the tables as a processor does; null: it is not mapped. */
function translate(tables: BigUint64Array, tablesAt: number, address: number): number | null {
  const entryAt = (table: bigint, index: number) => tables[Number(table - BigInt(tablesAt)) / 8 + index] ?? 0n;
  const bits = (shift: number) => Math.floor(address / 2 ** shift) % 512;
  let table = BigInt(tablesAt);
  for (const shift of [39, 30]) {
    const entry = entryAt(table, bits(shift));
    if ((entry & present) === 0n || (entry & accessed) === 0n) return null;
    table = entry & addressMask;
  }
  const entry = entryAt(table, bits(21));
  const wanted = present | large | accessed | dirty;
  if ((entry & wanted) !== wanted) return null;
  return Number(entry & ~0x1fffffn) + (address % (2 * mib));
}

describe('the memory of a KVM guest', () => {
  it.each([64 * mib, 3 * gib, 3 * gib + 4096, 64 * gib, 511 * gib, 512 * gib, 1024 * gib])(
    'of %i bytes is mapped to itself, all of it and what the guest needs',
    (bytes) => {
      const layout = layoutOf(bytes, 100, 2 ** 24, 8);
      const tables = new ArrayBuffer(layout.tables.bytes);
      writeTables(tables, layout.ownAddress, layout);
      const entries = new BigUint64Array(tables);
      const edges = layout.runs.flatMap((run) => [run.guestAddress, run.guestAddress + run.bytes - 1]);
      for (const address of [...edges, layout.ownAddress, layout.ownAddress + layout.ownBytes - 1]) {
        expect(translate(entries, layout.ownAddress, address)).toBe(address);
      }
    },
  );

  it('leaves the end of the hole below 4 GiB to KVM, also with the most vCPUs and memory', () => {
    const layout = layoutOf(1024 * gib, 4096, 2 ** 24, 8);
    expect(layout.ownAddress).toBe(hole.begin);
    expect(layout.ownAddress + layout.ownBytes).toBeLessThan(0xfffbc000);
  });

  it('gives every page a frame of its own, in order, and none in the hole', () => {
    const page = fc.nat(2 ** 27);
    fc.assert(
      fc.property(page, page, (a, b) => {
        expect(Math.sign(frameOf(a) - frameOf(b))).toBe(Math.sign(a - b));
        const address = frameOf(a) * 4096;
        expect(address < hole.begin || address >= hole.end).toBe(true);
      }),
    );
  });

  it('puts each page where the slots have it', () => {
    const layout = layoutOf(4 * gib, 100, 4096, 1);
    const pageAt = (address: number) => {
      const run = layout.runs.find((one) => address >= one.guestAddress && address < one.guestAddress + one.bytes);
      return run === undefined ? null : (run.offset + address - run.guestAddress) / 4096;
    };
    for (const page of [0, 786_431, 786_432, 1_048_575]) expect(pageAt(frameOf(page) * 4096)).toBe(page);
  });
});
