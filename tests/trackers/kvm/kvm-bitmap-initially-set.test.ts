import { expect, it, vi } from 'vitest';
import { pageBytes } from '../../../base/size.js';
import { Machine } from '../../../guests/kvm-machine.js';
import { writerProgram } from '../../../guests/kvm-program.js';
import { KvmBitmapInitiallySet } from '../../../trackers/kvm/kvm-bitmap-initially-set.js';
import { describeWith } from '../../guests/mechanism.js';

/** 5 GiB: a slot on each side of the hole, the lower one of several chunks. */
const pages = 1_310_720;
const usualChunkPages = 262_144;

function withMachine(atFirst: 'clear' | 'set', use: (machine: Machine) => void): void {
  const logging = { kind: 'bitmap', manualProtect: true, atFirst } as const;
  const machine = Machine.open({ memoryBytes: pages * pageBytes, vcpus: 1, logging, program: writerProgram });
  try {
    use(machine);
  } finally {
    machine.close();
  }
}

describeWith('kvm-bitmap-initially-set', 'kvm-bitmap-initially-set', () => {
  it.each([
    ['of 1 GiB', usualChunkPages, undefined],
    ['as large as asked for', 16_384, 2 ** 26],
  ])('takes every page at first, clears them in chunks %s, and then finds none', (_, chunkPages, chunkBytes) => {
    withMachine('set', ({ vm }) => {
      const clear = vi.spyOn(vm, 'clearDirtyLog');
      const tracker = KvmBitmapInitiallySet.attach(vm, pages, chunkBytes);
      try {
        const cleared = clear.mock.calls.map(([, , count]) => count);
        expect(cleared.reduce((sum, count) => sum + count, 0)).toBe(pages);
        expect(Math.max(...cleared)).toBe(chunkPages);
        expect(tracker.collect(new Uint32Array(pages))).toBe(0);
      } finally {
        tracker.close();
      }
    });
  });

  it('refuses a log that does not begin with every page', () => {
    withMachine('clear', ({ vm }) => {
      expect(() => KvmBitmapInitiallySet.attach(vm, pages)).toThrow(`the first log has 0 pages, not all ${pages}`);
    });
  });
});
