import type { Mapping } from '../../kernel/memory.js';
import { pagemapEntry } from '../../kernel/memory-abi.js';
import { entriesAtOnce, Pagemap } from '../../kernel/pagemap.js';

const { highPresent, highSwapped } = pagemapEntry;
const mask = highPresent | highSwapped;

/**
 * The pages of a mapping that have ever been touched, ascending; all others are zeros.
 * @throws KernelError if the kernel does not say.
 */
export function* residentPages(mapping: Mapping): Generator<number> {
  const pagemap = Pagemap.open(mapping);
  try {
    const found = new Uint32Array(entriesAtOnce);
    for (let first = 0; first < pagemap.pages; ) {
      const count = pagemap.read(first);
      const present = pagemap.list(first, count, mask, highPresent, found, 0);
      const all = pagemap.list(first, count, mask, highSwapped, found, present);
      yield* found.subarray(0, all).sort();
      first += count;
    }
  } finally {
    pagemap.close();
  }
}
