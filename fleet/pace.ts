import { estimateSeconds } from '../measure/estimate.js';
import type { Point } from '../results/schema.js';
import type { Share } from './share.js';

/** Reckons how long a run still takes: by the estimates of its rounds until one is finished, then at the pace since the beginning. */
export class Pace {
  readonly #shares: readonly Share[];
  readonly #begunMs: number;
  readonly #leftAtFirst: number;
  /** Seconds that a round is estimated to take. */
  readonly #estimate: number;
  readonly #hosts: number;

  /** `hosts`: how many there are at the beginning; `nowMs`: the time, as Date.now() has it. */
  constructor(points: readonly Point[], shares: readonly Share[], hosts: number, nowMs = Date.now()) {
    const left = shares.flatMap((share) => [...share.left.values()]);
    const ofPoint = points.map(estimateSeconds);
    this.#shares = shares;
    this.#begunMs = nowMs;
    this.#leftAtFirst = left.length;
    this.#estimate = left.reduce((sum, { point }) => sum + (ofPoint[point] ?? 0), 0) / Math.max(1, left.length);
    this.#hosts = Math.max(1, hosts);
  }

  /** Seconds. Where every host measures all rounds, the host with the most left decides. */
  secondsLeft(nowMs = Date.now()): number {
    const sizes = this.#shares.map(({ left }) => left.size);
    const done = this.#leftAtFirst - sizes.reduce((sum, size) => sum + size, 0);
    const ofRound = done === 0 ? this.#estimate / this.#hosts : (nowMs - this.#begunMs) / 1000 / done;
    return Math.max(0, ...sizes) * ofRound * sizes.length;
  }
}
