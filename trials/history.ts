import type { AnswerRecorder, Receipt } from '../replication/client/recorder.js';
import { OutputCommitViolation } from '../replication/error.js';

/** One transaction of the guest: whose request it was. */
export interface Served {
  readonly key: number;
  readonly sequence: number;
}

/** A transaction that the guest has done, or may have, and nobody was told of. */
interface Untold extends Served {
  /** The two counts between which the transaction came. */
  readonly after: number;
  readonly before: number;
  /** The guest's table showed later that it was done; otherwise the request was only sent more than once. */
  readonly certain: boolean;
}

/**
 * All that a guest's clients were told, from its first transaction on. These clients ask one thing at a time and
 * have keys of their own, and the guest serves nobody else.
 */
export class AnswerHistory implements AnswerRecorder {
  readonly #receipts: Receipt[] = [];
  /** How often each request was sent again. */
  readonly #repeats = new Map<string, number>();
  #highest = 0;

  get highest(): number {
    return this.#highest;
  }

  get size(): number {
    return this.#receipts.length;
  }

  told(receipt: Receipt): void {
    this.#receipts.push(receipt);
    this.#highest = Math.max(this.#highest, receipt.count);
  }

  repeated(key: number, sequence: number): void {
    const name = nameOf({ key, sequence });
    this.#repeats.set(name, (this.#repeats.get(name) ?? 0) + 1);
  }

  /**
   * Every transaction that the guest must have done, in its order. Where several that nobody was told of lie between the same
   * answers, their order is not known, and any is taken: it makes no difference to what the guest holds after the last
   * transaction, because each is followed by an acknowledged one of the same client, and the last is acknowledged.
   * @throws OutputCommitViolation if no guest can have told all this: two clients were given the same count, an acknowledged
   * request was not in the table later, or a transaction was done for nobody.
   */
  history(): Served[] {
    const history = Array.from({ length: this.#highest }, (): Served | undefined => undefined);
    for (const { count, key, sequence } of this.#receipts) {
      const taken = history[count - 1];
      if (taken !== undefined) {
        throw new OutputCommitViolation(
          `transaction ${count} was acknowledged twice: ${nameOf(taken)} and ${key}/${sequence}`,
        );
      }
      history[count - 1] = { key, sequence };
    }
    const holes = history.flatMap((served, index) => (served === undefined ? [index + 1] : []));
    const filled = fill(holes, this.#untold());
    return history.map((served, index) => served ?? (filled.get(index + 1) as Served));
  }

  /** What was done, or may have been, and nobody was told of: from each client's next answer, and what was repeated. */
  #untold(): Untold[] {
    const last = new Map<number, Receipt>();
    const found: Untold[] = [];
    for (const receipt of this.#receipts.toSorted((a, b) => a.count - b.count)) {
      const { key, sequence, previous, count } = receipt;
      const { sequence: acknowledged, count: after } = last.get(key) ?? { sequence: 0, count: 0 };
      // The client was told of this request before: the answer to an earlier sending of it came after all.
      const known = acknowledged === sequence;
      if (previous === sequence) {
        const times = this.#untoldTimes(receipt);
        for (let i = 0; i < times; i++) found.push({ key, sequence, after, before: count, certain: i === 0 && !known });
      }
      if (previous !== acknowledged && (previous !== sequence || !this.#repeats.has(nameOf(receipt)))) {
        throw new OutputCommitViolation(
          `at transaction ${count} the guest had request ${key}/${previous} where ${key}/${acknowledged} was acknowledged`,
        );
      }
      last.set(key, receipt);
    }
    return found;
  }

  /** How often a request may have been done without anybody being told of it: as often as it was sent, but for its answers. */
  #untoldTimes(request: Served): number {
    const name = nameOf(request);
    const answers = this.#receipts.filter((receipt) => nameOf(receipt) === name).length;
    return 1 + (this.#repeats.get(name) ?? 0) - answers;
  }
}

/**
 * Gives each of `holes`, the counts that nobody was told of, one of the `untold` that may have had it, so that each certain one has a count.
 * @throws OutputCommitViolation if that cannot be.
 */
function fill(holes: readonly number[], untold: readonly Untold[]): Map<number, Served> {
  const byHole = new Map<number, Untold>();
  const holeOf = (one: Untold) => holes.find((hole) => byHole.get(hole) === one);
  const fits = (hole: number, { after, before }: Untold) => after < hole && hole < before;
  // Each looks for an augmenting path of a bipartite matching: whoever had a hole still has one afterwards, perhaps another.
  const place = (one: Untold, seen: Set<number>): boolean =>
    holes.some((hole) => {
      if (!fits(hole, one) || seen.has(hole)) return false;
      seen.add(hole);
      const other = byHole.get(hole);
      if (other !== undefined && !place(other, seen)) return false;
      byHole.set(hole, one);
      return true;
    });
  const cover = (hole: number, seen: Set<Untold>): boolean =>
    untold.some((one) => {
      if (!fits(hole, one) || seen.has(one)) return false;
      seen.add(one);
      const other = holeOf(one);
      if (other !== undefined && !cover(other, seen)) return false;
      byHole.set(hole, one);
      return true;
    });
  for (const one of untold) {
    if (one.certain && !place(one, new Set())) {
      throw new OutputCommitViolation(`request ${nameOf(one)} was done, and every count is taken by others`);
    }
  }
  for (const hole of holes) {
    if (!byHole.has(hole) && !cover(hole, new Set())) {
      throw new OutputCommitViolation(`transaction ${hole} was acknowledged to nobody, and nobody repeated it`);
    }
  }
  return byHole;
}

function nameOf({ key, sequence }: Served): string {
  return `${key}/${sequence}`;
}
