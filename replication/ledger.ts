import { BrokenPromiseError } from './error.js';
import type { Receipt, Witness } from './witness.js';

/** One transaction of the guest: whose request it was. */
export interface Served {
  readonly key: number;
  readonly sequence: number;
}

/** A transaction that the guest did and nobody was told of in time: known from what it had in its table afterwards. */
interface Unanswered extends Served {
  /** It came between these two counts. */
  readonly after: number;
  readonly before: number;
}

/**
 * All that a guest's clients were told, from its first transaction on. Clients of a ledger ask one thing at a time and
 * have keys of their own, and the guest serves nobody else.
 */
export class Ledger implements Witness {
  readonly #receipts: Receipt[] = [];
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

  /**
   * Every transaction that the guest must have done, in its order. Those that nobody was told of could have come in more
   * orders than one where several fell between the same answers; that makes no difference to what the guest holds after the
   * last transaction, because each is followed by an acknowledged one of the same client, and the last is acknowledged.
   * @throws BrokenPromiseError if no guest can have told all this: two clients were given the same count, an acknowledged
   * request was not in the table later, or a transaction was done for nobody.
   */
  history(): Served[] {
    const history = Array.from({ length: this.#highest }, (): Served | undefined => undefined);
    for (const { count, key, sequence } of this.#receipts) {
      const taken = history[count - 1];
      if (taken !== undefined) {
        throw new BrokenPromiseError(
          `transaction ${count} was acknowledged twice: ${nameOf(taken)} and ${key}/${sequence}`,
        );
      }
      history[count - 1] = { key, sequence };
    }
    const unanswered = this.#unanswered();
    const whole = history.map((served, index) => served ?? takeFor(index + 1, unanswered));
    const [left] = unanswered;
    if (left === undefined) return whole;
    throw new BrokenPromiseError(`request ${nameOf(left)} was done, and every count is taken by others`);
  }

  /** What was done without an answer, from what each client's next answer says of it. */
  #unanswered(): Unanswered[] {
    const last = new Map<number, Receipt>();
    const found: Unanswered[] = [];
    for (const receipt of this.#receipts.toSorted((a, b) => a.count - b.count)) {
      const { key, sequence, previous, count } = receipt;
      const { sequence: acknowledged, count: after } = last.get(key) ?? { sequence: 0, count: 0 };
      const isRepeat = previous > acknowledged && previous <= sequence;
      if (isRepeat) found.push({ key, sequence: previous, after, before: count });
      else if (previous !== acknowledged) {
        throw new BrokenPromiseError(
          `at transaction ${count} the guest had request ${key}/${previous} where ${key}/${acknowledged} was acknowledged`,
        );
      }
      last.set(key, receipt);
    }
    return found;
  }
}

/** Takes out the one that may have been transaction `count` and must have come soonest. */
function takeFor(count: number, unanswered: Unanswered[]): Served {
  const fitting = unanswered.filter(({ after, before }) => after < count && count < before);
  const [soonest] = fitting.sort((a, b) => a.before - b.before);
  if (soonest === undefined) {
    throw new BrokenPromiseError(`transaction ${count} was acknowledged to nobody, and nobody repeated it`);
  }
  unanswered.splice(unanswered.indexOf(soonest), 1);
  return soonest;
}

function nameOf({ key, sequence }: Served): string {
  return `${key}/${sequence}`;
}
