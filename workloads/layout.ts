/** Pages of a neighbourhood: 2 MiB, what one huge page or one page-table page covers. */
export const neighbourhoodPages = 512;

const goldenRatio = (Math.sqrt(5) - 1) / 2;

/** Odd, so that its multiples visit every page of a neighbourhood; near the golden ratio of 512. */
const pageStep = 317;

/**
 * A guest's memory in 2 MiB neighbourhoods, and an order in which to use them so that however many are used, they are
 * spread over all of the memory, about evenly: steps of the golden ratio. The order depends on the memory's size alone:
 * not on a seed, and not on a tracker.
 */
export class Layout {
  /** Whole neighbourhoods of the guest. */
  readonly neighbourhoods: number;
  readonly #step: number;

  /** `pages` is the guest's memory. */
  constructor(pages: number) {
    this.neighbourhoods = Math.floor(pages / neighbourhoodPages);
    this.#step = nearestCoprime(this.neighbourhoods * goldenRatio, this.neighbourhoods);
  }

  /** First page of the `index`-th neighbourhood in that order; `index` is below `neighbourhoods`. */
  neighbourhood(index: number): number {
    return ((index * this.#step) % this.neighbourhoods) * neighbourhoodPages;
  }

  /**
   * A bijection of the guest's pages that scatters neighbours: the first `together` pages fall into one
   * neighbourhood, as many into the next, and round again when all have some. Pages after the last whole neighbourhood
   * stay where they are. `together` divides 512.
   */
  scattered(index: number, together: number): number {
    if (index >= this.neighbourhoods * neighbourhoodPages) return index;
    const group = Math.floor(index / together);
    const turn = Math.floor(group / this.neighbourhoods);
    const within = turn * together + (index - group * together);
    const first = this.neighbourhood(group - turn * this.neighbourhoods);
    return first + ((within * pageStep) % neighbourhoodPages);
  }
}

/** The whole number nearest to `wanted`, and at least 1, that has no factor in common with `count`. */
function nearestCoprime(wanted: number, count: number): number {
  let near = Math.max(1, Math.round(wanted));
  // To and fro: one up, two down, three up, ...
  const side = near > wanted ? -1 : 1;
  for (let hop = 1; near < 1 || commonDivisor(near, count) !== 1; hop++)
    near += hop % 2 === 1 ? side * hop : -side * hop;
  return near;
}

function commonDivisor(a: number, b: number): number {
  return b === 0 ? a : commonDivisor(b, a % b);
}
