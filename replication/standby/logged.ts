import { pageBytes } from '../../base/size.js';
import { transactionsOf } from '../guest/service.js';
import type { LogEntry } from '../wire/log.js';
import type { Image } from './image.js';
import { RequestLog } from './log.js';
import { Replay } from './replay.js';
import type { ShadowGuest } from './shadow-guest.js';

/**
 * What a standby holds beyond the image where requests are replayed: the log since the last checkpoint. From time to time
 * it runs what comes, as it comes, and compares with the next checkpoint: that a guest can be replayed is found out
 * before it must be. At a takeover the log is run from the last checkpoint on, or from where such a check has come to.
 *
 *     log      1 2 3 4       5 6 7      8 9 ...
 *     epochs           [parts . . whole]            the checkpoint has what was logged before its first part
 *     check    1 2 3 4  ................ compared: the same; then 5 6 7 8 ..., or none for some checkpoints
 */
export class LoggedGuest {
  readonly #image: Image;
  readonly #shadow: ShadowGuest | null;
  readonly #checkEvery: number;
  readonly #log = new RequestLog();
  readonly #firstPage = Buffer.alloc(pageBytes);
  #checkpoints = 0;
  /** A request has come: this primary's guest is replayed. */
  #logging = false;
  /** This interval is to be checked, and its check has not begun. */
  #due = false;
  /** A check that is under way; null: none. */
  #check: Replay | null = null;
  /** The parts of a checkpoint are arriving: the check waits for the last. */
  #staging = false;

  /**
   * `shadow`: the guest that runs the log, whose memory is the image's; null: this standby runs no guest, and keeps the log alone.
   * `checkEvery`: one of so many intervals between checkpoints is checked, the first among them; 0: none is.
   */
  constructor(image: Image, shadow: ShadowGuest | null, checkEvery: number) {
    this.#image = image;
    this.#shadow = shadow;
    this.#checkEvery = checkEvery;
  }

  /** The image is whole: requests may come from now on. */
  begin(): void {
    this.#log.dropUntil(this.#count());
  }

  /** The guest's memory is ahead of the image, because the log is being run. */
  get ahead(): boolean {
    return this.#check !== null;
  }

  /**
   * Takes a request into the log; `follow` is due when that has been acknowledged.
   * @throws WireError if it does not belong there.
   */
  append(body: Buffer): LogEntry {
    return this.#log.append(body);
  }

  /** Where a check is under way, or is due and can begin, it runs the request. @throws DivergenceError; ReplicationError as `restore`. */
  follow(entry: LogEntry): void {
    if (!this.#logging) this.#due = this.#checkEvery > 0;
    this.#logging = true;
    if (this.#staging) return;
    if (this.#due) this.#beginCheck();
    else this.#check?.run(entry);
  }

  /** A part of a checkpoint has come, and is staged in the image; the last one is not applied yet. @throws DivergenceError */
  staged(isLast: boolean): void {
    this.#staging = !isLast;
    if (isLast && this.#logging) this.#check?.compare(this.#image.staged);
  }

  /** A checkpoint has been applied. @throws DivergenceError; ReplicationError as `restore`. */
  applied(): void {
    if (!this.#logging) return;
    this.#log.dropUntil(this.#count());
    this.#checkpoints++;
    const goesOn = this.#checkEvery > 0 && this.#checkpoints % this.#checkEvery === 0;
    if (!goesOn) this.#check = null;
    this.#due = goesOn && this.#check === null;
    if (this.#due) this.#beginCheck();
    else this.#runRest();
  }

  /**
   * Brings the guest to where the primary's was when it got the last request in the log; returns how many requests it
   * ran for that.
   * @throws DivergenceError if it did anything else than that did; ReplicationError if this machine cannot run the guest.
   */
  restore(): number {
    if (this.#check === null) {
      this.#shadow?.restore(this.#image);
      if (this.#log.entries.length > 0) this.#check = this.#newReplay();
    }
    return this.#runRest();
  }

  #runRest(): number {
    const check = this.#check;
    if (check === null) return 0;
    const due = this.#log.entries.filter(({ transaction }) => transaction > check.transaction);
    for (const entry of due) check.run(entry);
    return due.length;
  }

  /** Not while the guest's workload is still being moved on to the checkpoint: it is tried again with the next request. */
  #beginCheck(): void {
    if (this.#shadow?.guest.transactions !== this.#count()) return;
    this.#due = false;
    this.#shadow.restore(this.#image);
    this.#check = this.#newReplay();
    this.#runRest();
  }

  #newReplay(): Replay | null {
    return this.#shadow && new Replay(this.#shadow.guest);
  }

  /** Transactions that the image has. To be asked only where its memory is not ahead of it. */
  #count(): number {
    this.#image.memory.read(0, this.#firstPage, 0);
    return transactionsOf(this.#firstPage);
  }
}
