import { xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus';

/** A stream of random numbers that the seed determines. Neighbouring seeds give streams that have nothing in common. */
export class Random {
  readonly #generator: ReturnType<typeof xoroshiro128plusFromState>;

  /** `seed` is a whole number of up to 53 bits. */
  constructor(seed: number) {
    this.#generator = xoroshiro128plusFromState([1, 2, 3, 4].map((word) => stateWord(seed, word)));
  }

  /** A number in [0, 1), with 53 random bits. */
  fraction(): number {
    const high = this.#generator.next() >>> 5;
    const low = this.#generator.next() >>> 6;
    return (high * 2 ** 26 + low) / 2 ** 53;
  }

  /** A whole number in [0, limit). */
  below(limit: number): number {
    return Math.floor(this.fraction() * limit);
  }
}

/**
 * One of the generator's 32-bit state words. Seeded as it comes, with a state that is nearly all ones or zeros, the
 * generator's first numbers are near 1 whatever the seed, so every bit of the seed is mixed into every word.
 */
function stateWord(seed: number, word: number): number {
  const low = mixed(seed + Math.imul(word, 0x9e3779b9));
  return mixed(low + Math.floor(seed / 2 ** 32));
}

/** A bijection of 32-bit numbers in which each bit of the argument changes about half of the result's. */
function mixed(value: number): number {
  let bits = value | 0;
  bits = Math.imul(bits ^ (bits >>> 16), 0x21f0aaad);
  bits = Math.imul(bits ^ (bits >>> 15), 0x735a2d97);
  return bits ^ (bits >>> 15);
}
