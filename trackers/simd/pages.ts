/** From here on a block copy costs less than the view that it needs. */
const blockFrom = 256;

/** Copies the first `count` page numbers of `from` into `into`, from index `at` on. Unrolled: V8 pays for every turn of a loop. */
export function copyPages(from: Uint32Array, count: number, into: Uint32Array, at: number): void {
  if (count >= blockFrom) {
    into.set(from.subarray(0, count), at);
    return;
  }
  let i = 0;
  for (; i + 3 < count; i += 4) {
    into[at + i] = from[i] as number;
    into[at + i + 1] = from[i + 1] as number;
    into[at + i + 2] = from[i + 2] as number;
    into[at + i + 3] = from[i + 3] as number;
  }
  for (; i < count; i++) into[at + i] = from[i] as number;
}
