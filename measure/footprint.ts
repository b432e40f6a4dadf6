import type { Environment } from '../results/schema.js';

/** Bytes that a guest touches with `l2-cold`: twice the second-level cache, or 4 MiB where the machine does not say. */
export function defaultFootprint(environment: Environment): number {
  return 2 * (environment.l2Bytes ?? 2 * 2 ** 20);
}

const lineBytes = 64;

/**
 * What a real guest does to the caches while it runs: a buffer of which every cache line is read and written, so that
 * the tracker's state has to come from farther away when it is collected.
 */
export class Footprint {
  readonly #words: Uint32Array;

  constructor(bytes: number) {
    this.#words = new Uint32Array(bytes / Uint32Array.BYTES_PER_ELEMENT);
  }

  touch(): void {
    const words = this.#words;
    const step = lineBytes / Uint32Array.BYTES_PER_ELEMENT;
    for (let i = 0; i < words.length; i += step) words[i] = (words[i] as number) + 1;
  }
}
