/** How a round was warmed up. */
export interface Warmup {
  /** How long, in seconds. */
  readonly seconds: number;
  /** Whether its pace had stopped rising by then. */
  readonly steady: boolean;
}

/** How long the pace is looked at each time, in seconds: long enough that noise does not hide how V8's compiling ends. */
const pieceSeconds = 1;
/** What is faster than the piece before by no more than this share is as fast. */
const mostRise = 0.03;

/**
 * Keeps processes busy until they become no faster: V8 compiles them for some seconds, and before that they do a third
 * less. `pace`: keeps them busy for so many seconds, and says how much a second they did.
 */
export async function warmUp(pace: (seconds: number) => Promise<number>, mostSeconds: number): Promise<Warmup> {
  let before: number | null = null;
  let seconds = 0;
  while (seconds < mostSeconds) {
    const piece = Math.min(pieceSeconds, mostSeconds - seconds);
    const now = await pace(piece);
    seconds += piece;
    if (before !== null && now <= before * (1 + mostRise)) return { seconds, steady: true };
    before = now;
  }
  return { seconds, steady: false };
}
