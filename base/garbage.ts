import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

let collect: (() => void) | null = null;

/**
 * Has V8 collect all garbage of this thread now, which takes some milliseconds: for a program that knows when it has time for that, and that
 * it will have none soon after. V8 would begin by itself at any later moment.
 */
export function collectGarbage(): void {
  collect ??= collector();
  collect();
}

/** V8 gives `gc` to contexts that are made while its flag is set. */
function collector(): () => void {
  setFlagsFromString('--expose-gc');
  try {
    const gc: unknown = runInNewContext('globalThis.gc');
    return typeof gc === 'function' ? () => gc() : () => {};
  } finally {
    setFlagsFromString('--no-expose-gc');
  }
}
