import type { Vm } from '../../kernel/vm.js';
import { KernelClock, type KvmTracker } from '../kernel-tracker.js';
import { type LogCopy, logCopies } from './kvm-log.js';

/**
 * KVM's dirty log as QEMU 1.0 and Kemari used it: the log is copied into one byte a page, every byte is looked at to pick
 * the pages, and every byte is looked at again to count what is left. Collect grows with memory, by a byte a page that is read
 * twice, and the log.
 */
export class KvmFlags implements KvmTracker {
  readonly #copies: readonly LogCopy[];
  readonly #flags: Uint8Array;
  readonly #clock = new KernelClock();

  constructor(vm: Vm, pages: number) {
    this.#copies = logCopies(vm);
    this.#flags = new Uint8Array(pages);
  }

  get kernelNs(): number {
    return this.#clock.ns;
  }

  collect(into: Uint32Array): number {
    const clock = this.#clock;
    clock.reset();
    for (const copy of this.#copies) {
      clock.begin();
      copy.get();
      clock.end();
      const found = copy.list(into, 0);
      setFlags(this.#flags, into, found);
    }
    const picked = pick(this.#flags, into);
    const left = countLeft(this.#flags);
    if (left !== 0) throw new Error(`${left} flags are set after all were picked`);
    return picked;
  }

  /** A log has room for every page: nothing ever stops for it. */
  drain(): void {}

  close(): void {
    for (const copy of this.#copies) copy.close();
  }
}

function setFlags(flags: Uint8Array, pages: Uint32Array, count: number): void {
  for (let i = 0; i < count; i++) flags[pages[i] as number] = 1;
}

/** Lists every page whose flag is set, and clears it. */
function pick(flags: Uint8Array, into: Uint32Array): number {
  let found = 0;
  for (let page = 0; page < flags.length; page++) {
    if (flags[page] !== 0) {
      flags[page] = 0;
      into[found++] = page;
    }
  }
  return found;
}

/** How many flags are still set: none, since only this collect sets them, before it picks them; Kemari counts them all the same. */
function countLeft(flags: Uint8Array): number {
  let left = 0;
  for (let page = 0; page < flags.length; page++) left += flags[page] as number;
  return left;
}
