import type { Random } from '../base/random.js';
import type { PageSource } from './drawn.js';
import { Layout } from './layout.js';

/** The n-th most written page is written in proportion to n^-0.99: the constant that YCSB uses for skewed access. */
const exponent = 0.99;

/**
 * Writes that prefer some pages by Zipf's law: in a guest of 4 GiB the first page takes about 1 write in 15, the first
 * 64 pages together nearly a third. Each of the most written pages is in another 2 MiB neighbourhood, evenly spread.
 *
 * Ranks are drawn by rejection-inversion (W. Hörmann and G. Derflinger, "Rejection-inversion to generate variates from
 * monotone discrete distributions", ACM TOMACS 6(3), 1996): constant time and no table, however large the guest.
 */
export class Zipf implements PageSource {
  readonly #pages: number;
  readonly #random: Random;
  readonly #layout: Layout;
  /** The range of the integral that numbers are drawn from. */
  readonly #from: number;
  readonly #to: number;
  /** How far left of a rank a point may lie and be accepted without a closer look. */
  readonly #squeeze: number;

  constructor(pages: number, random: Random) {
    this.#pages = pages;
    this.#random = random;
    this.#layout = new Layout(pages);
    this.#from = integral(1.5) - 1;
    this.#to = integral(pages + 0.5);
    this.#squeeze = 2 - inverseIntegral(integral(2.5) - density(2));
  }

  draw(): number {
    return this.#layout.scattered(this.#rank() - 1, 1);
  }

  /** The most written pages first. */
  filler(index: number): number {
    return this.#layout.scattered(index, 1);
  }

  /** A rank from 1. */
  #rank(): number {
    for (;;) {
      const area = this.#from + this.#random.fraction() * (this.#to - this.#from);
      const point = inverseIntegral(area);
      const rank = Math.min(Math.max(Math.round(point), 1), this.#pages);
      if (rank - point <= this.#squeeze || area >= integral(rank + 0.5) - density(rank)) return rank;
    }
  }
}

// Powers are written as exp and log: a draw then takes about four fifths of its time with Math.pow.

function density(rank: number): number {
  return Math.exp(-exponent * Math.log(rank));
}

/** The integral of the density, up to a constant. */
function integral(rank: number): number {
  return Math.exp((1 - exponent) * Math.log(rank)) / (1 - exponent);
}

function inverseIntegral(area: number): number {
  return Math.exp(Math.log(area * (1 - exponent)) / (1 - exponent));
}
