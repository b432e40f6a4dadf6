// AssemblyScript: the build makes dist/trackers/simd/scan.wasm of it. The memory is the caller's (trackers/simd/wasm.ts).
//
// The scans look at 128 bytes a step, and branch once a step while nothing is set. In a step with something set, vector
// instructions make a mask of what is, and a loop takes its bits one by one: what is not set costs no branch. They write page
// numbers, counted from `state`, from `out` on, and clear what they found. They stop after the last step or once `limit`
// is reached; `out` needs room for one step's pages beyond `limit`. Where they stopped goes into the four bytes before
// `out`. They return the end of what was written.

const step: usize = 128;

/** Flags of a byte a page, 0 or 255. */
export function scanFlags(state: usize, from: usize, end: usize, out: usize, limit: usize): usize {
  let to = out;
  let at = from;
  while (at < end && to < limit) {
    if (v128.any_true(anyOf(at))) {
      to = takeFlags(state, at, to);
      to = takeFlags(state, at + 64, to);
    }
    at += step;
  }
  store<u32>(out - 4, <u32>at);
  return to;
}

/** A bit a page, the first page in the lowest bit. */
export function scanBitmap(state: usize, from: usize, end: usize, out: usize, limit: usize): usize {
  let to = out;
  let at = from;
  while (at < end && to < limit) {
    if (v128.any_true(anyOf(at))) to = takeBits(state, at, to);
    at += step;
  }
  store<u32>(out - 4, <u32>at);
  return to;
}

/**
 * Reads every byte, in whole steps, and tells whether any is not zero. It is what a scan cannot do without, and nothing else: for
 * `limit-read`. The answer depends on every byte, so that no read can be left out.
 */
export function read(from: usize, end: usize): i32 {
  let any = i8x16.splat(0);
  for (let at = from; at < end; at += step) any = v128.or(any, anyOf(at));
  return v128.any_true(any) ? 1 : 0;
}

/**
 * Clears the byte at `flags` + page for each of the `count` pages whose numbers (u32) are at `list`. It is what a queue with a flag a
 * page cannot do without, and nothing else: for `limit-touch`.
 */
export function touch(flags: usize, list: usize, count: usize): void {
  const end = list + (count << 2);
  for (let at = list; at < end; at += 4) store<u8>(flags + load<u32>(at), 0);
}

/** The 128 bytes from `at`, one over the other. */
function anyOf(at: usize): v128 {
  return v128.or(
    v128.or(v128.or(v128.load(at), v128.load(at, 16)), v128.or(v128.load(at, 32), v128.load(at, 48))),
    v128.or(v128.or(v128.load(at, 64), v128.load(at, 80)), v128.or(v128.load(at, 96), v128.load(at, 112))),
  );
}

/** Takes the flags of 64 pages. */
function takeFlags(state: usize, at: usize, to: usize): usize {
  let set = flagsOf(at) | (flagsOf(at + 16) << 16) | (flagsOf(at + 32) << 32) | (flagsOf(at + 48) << 48);
  while (set) {
    const flag = at + <usize>ctz(set);
    store<u32>(to, <u32>(flag - state));
    store<u8>(flag, 0);
    to += 4;
    set &= set - 1;
  }
  return to;
}

/** A bit for each of 16 flags. */
function flagsOf(at: usize): u64 {
  return <u64>(<u32>i8x16.bitmask(v128.load(at)));
}

/** Takes the bits of 1024 pages. */
function takeBits(state: usize, at: usize, to: usize): usize {
  let words =
    wordsOf(at) |
    (wordsOf(at + 16) << 2) |
    (wordsOf(at + 32) << 4) |
    (wordsOf(at + 48) << 6) |
    (wordsOf(at + 64) << 8) |
    (wordsOf(at + 80) << 10) |
    (wordsOf(at + 96) << 12) |
    (wordsOf(at + 112) << 14);
  while (words) {
    const word = at + ((<usize>ctz(words)) << 3);
    const first = <u32>((word - state) << 3);
    let set = load<u64>(word);
    store<u64>(word, 0);
    do {
      store<u32>(to, first + <u32>ctz(set));
      to += 4;
      set &= set - 1;
    } while (set);
    words &= words - 1;
  }
  return to;
}

/** A bit for each of two words of 64 pages that is not zero. */
function wordsOf(at: usize): i32 {
  return i64x2.bitmask(i64x2.ne(v128.load(at), i64x2.splat(0)));
}
