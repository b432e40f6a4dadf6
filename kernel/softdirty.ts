import { pageBytes } from '../base/size.js';
import { Descriptor, openFlags } from './descriptor.js';
import { KernelError } from './error.js';
import { checked, libc } from './libc.js';
import { Mapping } from './memory.js';
import { pagemapEntry } from './memory-abi.js';
import { Pagemap } from './pagemap.js';
import { type Closable, Scope } from './scope.js';

/** What to write to clear the soft-dirty bits (admin-guide/mm/soft-dirty). */
const clearSoftDirty = new TextEncoder().encode('4');

/** /proc/self/clear_refs: forgets which pages of this process were written, all of them, the runtime's own too. */
export class SoftDirtyBits implements Closable {
  readonly #descriptor = Descriptor.open('/proc/self/clear_refs', openFlags.writeOnly);

  clear(): void {
    checked('write /proc/self/clear_refs', libc().write(this.#descriptor.number, clearSoftDirty, 1));
  }

  close(): void {
    this.#descriptor.close();
  }
}

/** Whether this kernel keeps soft-dirty bits: a page that is written after they were cleared has its bit. */
export function hasSoftDirty(): boolean {
  try {
    return Scope.build((scope) => {
      const page = scope.own(Mapping.anonymous(pageBytes));
      scope.own(new SoftDirtyBits()).clear();
      new Uint8Array(page.window(0, pageBytes))[0] = 1;
      const pagemap = scope.own(Pagemap.open(page));
      const found = pagemap.list(
        0,
        pagemap.read(0),
        pagemapEntry.highSoftDirty,
        pagemapEntry.highSoftDirty,
        new Uint32Array(1),
        0,
      );
      scope.close();
      return found === 1;
    });
  } catch (error) {
    if (!(error instanceof KernelError)) throw error;
    return false;
  }
}
