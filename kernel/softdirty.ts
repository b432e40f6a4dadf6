import { Descriptor, openFlags } from './descriptor.js';
import { checked, libc } from './libc.js';
import type { Closable } from './scope.js';

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
