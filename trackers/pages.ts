/** From here on a block copy costs less than the view that it needs. */
const blockFrom = 64;

/** Copies the first `count` page numbers of `from` into `into`, from index `at` on. */
export function copyPages(from: Uint32Array, count: number, into: Uint32Array, at: number): void {
  if (count >= blockFrom) into.set(from.subarray(0, count), at);
  else for (let i = 0; i < count; i++) into[at + i] = from[i] as number;
}
