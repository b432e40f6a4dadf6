// AssemblyScript: the build makes dist/replication/wire/comparison.wasm of it. The memory is the caller's (comparison.ts).

/**
 * Compares a page at `now` with what it was, at `before`, in chunks of 64 bytes. Which chunks differ goes to `mask` as 64
 * bits, the first chunk in the lowest; those chunks themselves, XORed with what they were, go to `to` and on. Returns
 * the end of what was written there.
 */
export function comparePages(now: usize, before: usize, mask: usize, to: usize): usize {
  let differing: u64 = 0;
  for (let chunk: usize = 0; chunk < 64; chunk++) {
    const at = now + (chunk << 6);
    const old = before + (chunk << 6);
    const a = v128.xor(v128.load(at), v128.load(old));
    const b = v128.xor(v128.load(at, 16), v128.load(old, 16));
    const c = v128.xor(v128.load(at, 32), v128.load(old, 32));
    const d = v128.xor(v128.load(at, 48), v128.load(old, 48));
    if (!v128.any_true(v128.or(v128.or(a, b), v128.or(c, d)))) continue;
    v128.store(to, a);
    v128.store(to, b, 16);
    v128.store(to, c, 32);
    v128.store(to, d, 48);
    to += 64;
    differing |= (<u64>1) << (<u64>chunk);
  }
  store<u64>(mask, differing);
  return to;
}
