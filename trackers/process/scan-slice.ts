import { pageBytes } from '../../base/size.js';
import { Mapping } from '../../kernel/memory.js';
import { PagemapScan } from '../../kernel/pagemap.js';

/** Words that the thread of a slice shares: how many pages it found, and its state. */
export const sliceWord = { found: 0, state: 1 } as const;
/** The state of a thread that holds nothing of the kernel's any more. */
export const sliceEnded = 2;

/** A part of a mapping, as a thread can be sent it. */
export interface ScanSliceSettings {
  /** Where the mapping begins, and which of its pages the slice has. */
  readonly address: number;
  readonly firstPage: number;
  readonly pages: number;
  readonly words: Int32Array<SharedArrayBuffer>;
  /** Room for all pages of the slice. */
  readonly found: Uint32Array<SharedArrayBuffer>;
}

/** A part of a mapping that one thread scans. */
export class ScanSlice {
  readonly #settings: ScanSliceSettings;
  readonly #scan: PagemapScan;

  /** @throws KernelError if this kernel or this user cannot do that. */
  constructor(settings: ScanSliceSettings) {
    const { address, firstPage, pages } = settings;
    this.#settings = settings;
    this.#scan = PagemapScan.open(Mapping.at(address + firstPage * pageBytes, pages * pageBytes));
  }

  /** Scans all of it: the pages written, by their numbers in the slice, are in `found` then, protected again. */
  scanAll(): void {
    const { pages, words, found } = this.#settings;
    let count = 0;
    for (let first = 0; first < pages; first = this.#scan.next) {
      count = this.#scan.list(this.#scan.scan(first), found, count);
    }
    words[sliceWord.found] = count;
  }

  close(): void {
    this.#scan.close();
  }
}
