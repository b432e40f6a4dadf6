/** A point that so many hosts refused is taken for one that no host measures. */
const enough = 3;

/** Which hosts that share rounds refused which points: what one has no room for, another may measure. */
export class Refusals {
  readonly #byPoint = new Map<number, Set<string>>();
  readonly #told = new Set<string>();

  /** Notes that a host refused a round of a point. */
  add(point: number, host: string): void {
    const hosts = this.#byPoint.get(point) ?? new Set();
    this.#byPoint.set(point, hosts);
    hosts.add(host);
  }

  /** Whether it is to be told that a host refused a point: once, though each of the point's rounds may be refused. */
  isToBeTold(point: number, host: string): boolean {
    const refusal = `${point} ${host}`;
    if (this.#told.has(refusal)) return false;
    this.#told.add(refusal);
    return true;
  }

  /** Whether a point is to be given up: all of the hosts that measure now refused it, or enough others. */
  areEnough(point: number, measuring: readonly string[]): boolean {
    const hosts = this.#byPoint.get(point) ?? new Set();
    return hosts.size >= enough || measuring.every((host) => hosts.has(host));
  }
}
