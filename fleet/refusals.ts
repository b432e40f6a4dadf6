/** A point that so many hosts refused is taken for one that no host measures. */
const enough = 3;

/** Which hosts that share rounds refused which points: what one has no room for, another may measure. */
export class Refusals {
  readonly #byPoint = new Map<number, Set<string>>();

  /** Notes that a host refused a round of a point. @returns false if it refused one of that point before. */
  add(point: number, host: string): boolean {
    const hosts = this.#byPoint.get(point) ?? new Set();
    this.#byPoint.set(point, hosts);
    const isNew = !hosts.has(host);
    hosts.add(host);
    return isNew;
  }

  /** Whether a point is to be given up: all of the hosts that measure now refused it, or enough others. */
  areEnough(point: number, measuring: readonly string[]): boolean {
    const hosts = this.#byPoint.get(point) ?? new Set();
    return hosts.size >= enough || measuring.every((host) => hosts.has(host));
  }
}
