/** A range of addresses: the first, and the one after its last. */
export type Range = readonly [start: number, end: number];

/** A set of addresses, kept as ranges that neither overlap nor touch, in ascending order. */
export class RangeSet {
  #ranges: Range[] = [];

  get ranges(): readonly Range[] {
    return this.#ranges;
  }

  add(start: number, end: number): void {
    if (start >= end) return;
    const touching = this.#ranges.filter(([s, e]) => e >= start && s <= end);
    const first = Math.min(start, ...touching.map(([s]) => s));
    const last = Math.max(end, ...touching.map(([, e]) => e));
    this.#replace(([s, e]) => e >= start && s <= end, [[first, last]]);
  }

  remove(start: number, end: number): void {
    const cut = this.#ranges.filter(([s, e]) => e > start && s < end);
    const left = cut.flatMap(([s, e]): Range[] => [
      [s, Math.min(e, start)],
      [Math.max(s, end), e],
    ]);
    this.#replace(
      ([s, e]) => e > start && s < end,
      left.filter(([s, e]) => s < e),
    );
  }

  /** The parts of a range that are not in the set. */
  gaps(start: number, end: number): Range[] {
    const gaps: Range[] = [];
    let from = start;
    for (const [s, e] of this.#ranges) {
      if (e <= from || s >= end) continue;
      if (s > from) gaps.push([from, s]);
      from = e;
    }
    if (from < end) gaps.push([from, end]);
    return gaps;
  }

  #replace(out: (range: Range) => boolean, add: readonly Range[]): void {
    const kept = this.#ranges.filter((range) => !out(range));
    this.#ranges = [...kept, ...add].sort(([a], [b]) => a - b);
  }
}
