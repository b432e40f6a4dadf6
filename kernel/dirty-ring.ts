import { pageBytes } from '../base/size.js';
import { ringEntry, ringPageOffset } from './kvm-abi.js';
import { Mapping } from './memory.js';
import type { Closable } from './scope.js';

const wordsPerEntry = ringEntry.bytes / 4;
const slotWord = ringEntry.slot / 4;
const offsetWord = ringEntry.offset / 4;
/** The low half of an entry's slot; the high half is the address space, of which there is one here. */
const slotMask = 0xffff;

/**
 * The ring in which KVM lists the pages that one vCPU dirties (KVM_CAP_DIRTY_LOG_RING). Harvesting marks entries as
 * collected; `Vm.resetDirtyRings` then frees them. Its vCPU may run meanwhile: KVM writes an entry's flags last, so they are read first,
 * and the ioctl that frees entries comes after the stores that mark them.
 */
export class DirtyRing implements Closable {
  readonly entries: number;
  readonly #mapping: Mapping;
  readonly #words: Uint32Array;
  /** The next entry to look at, wrapped around. */
  #next = 0;

  private constructor(mapping: Mapping, entries: number) {
    this.entries = entries;
    this.#mapping = mapping;
    this.#words = new Uint32Array(mapping.window(0, mapping.bytes));
  }

  /** @throws KernelError if the ring cannot be mapped. */
  static open(vcpu: number, entries: number): DirtyRing {
    const bytes = entries * ringEntry.bytes;
    return new DirtyRing(Mapping.shared('mmap of the dirty ring', vcpu, ringPageOffset * pageBytes, bytes), entries);
  }

  /**
   * Writes the page of every dirty entry into `into`, from index `from`, and returns the index after the last. A page
   * may come more than once. `firstPages` has, for each slot, the number of its first page; `into` has room for all
   * entries.
   */
  harvest(into: Uint32Array, from: number, firstPages: Uint32Array): number {
    const words = this.#words;
    const mask = this.entries - 1;
    let at = from;
    let next = this.#next;
    let word = (next & mask) * wordsPerEntry;
    while ((Atomics.load(words, word) & ringEntry.dirty) !== 0) {
      const slot = (words[word + slotWord] as number) & slotMask;
      into[at++] = (firstPages[slot] as number) + (words[word + offsetWord] as number);
      words[word] = ringEntry.collected;
      next++;
      word = (next & mask) * wordsPerEntry;
    }
    this.#next = next & mask;
    return at;
  }

  close(): void {
    this.#mapping.close();
  }
}
