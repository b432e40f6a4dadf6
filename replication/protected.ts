import { now } from './clock.js';
import { type DigestReply, digestOf } from './digest.js';
import { type Ack, EpochWriter } from './epoch.js';
import { ReplicationError } from './error.js';
import type { ReplicatedGuest } from './guest.js';
import type { Link } from './link.js';
import type { Session } from './session.js';
import { emptyTimes, Split, type Statistics, type Times } from './split.js';
import { mostPagesPerFrame } from './wire.js';

/** A request that the guest has served, and its response, which has not gone out yet. */
interface Transaction {
  readonly session: Session;
  readonly response: Buffer;
  readonly times: Times;
}

/** How many transactions in a row are answered before the event loop gets a turn. */
const mostInARow = 64;

/**
 * A guest whose responses wait for its standby. One request at a time goes in; when the guest stops at its I/O, the
 * pages it wrote and its vCPU's state go to the standby as an epoch; when that is acknowledged the response goes out, and
 * only then does the next request go in. Without a link responses go out at once.
 */
export class ProtectedGuest {
  readonly #guest: ReplicatedGuest;
  readonly #writer: EpochWriter;
  readonly #dirty: Uint32Array;
  readonly #ready: Session[] = [];
  readonly #failed: (why: string) => void;
  #link: Link | null = null;
  #stopped = false;
  #epoch = 0;
  #waiting: Transaction | null = null;
  #running = false;
  #digestsDue: ((reply: DigestReply) => void)[] = [];
  #digesting = false;
  #account: Account;

  /** `failed` is called if the guest itself fails; it then answers nobody any more. */
  constructor(guest: ReplicatedGuest, failed: (why: string) => void) {
    this.#guest = guest;
    this.#failed = failed;
    this.#writer = new EpochWriter(guest);
    this.#dirty = new Uint32Array(guest.mostDirty);
    this.#account = new Account(guest.forcedExits);
  }

  /**
   * Brings the standby into step: all memory, then a first epoch. From then on every response waits for it, and when it
   * is lost `lost` says whether to go on without (true) or to answer nobody any more.
   * @throws ReplicationError if the standby is lost meanwhile.
   */
  async protect(link: Link, lost: (why: string) => boolean): Promise<void> {
    this.#guest.collect(this.#dirty);
    await this.#fill(link);
    await new Promise<void>((resolve, reject) => {
      link.listen({ acknowledged: () => resolve(), lost: (why) => reject(new ReplicationError(why)) });
      link.send(this.#writer.epoch(++this.#epoch, this.#dirty, 0));
    });
    this.#link = link;
    link.listen({
      acknowledged: (ack, receivedNs) => this.#acknowledged(link, ack, receivedNs),
      lost: (why) => this.#lose(lost(why)),
    });
  }

  /** Takes up a session's request; it is answered in its turn. */
  serve(session: Session): void {
    this.#ready.push(session);
    this.#run();
  }

  /** Digests of memory and vCPU state on both sides, at one epoch: the guest stands still meanwhile. */
  digest(): Promise<DigestReply> {
    return new Promise((resolve) => {
      this.#digestsDue.push(resolve);
      this.#run();
    });
  }

  /** What happened since this was last called. */
  statistics(): Statistics {
    const account = this.#account;
    this.#account = new Account(this.#guest.forcedExits);
    return account.summary(this.#guest.forcedExits, this.#link?.sharesClock ?? true);
  }

  close(): void {
    this.#stopped = true;
    this.#link?.close();
    this.#guest.close();
  }

  async #fill(link: Link): Promise<void> {
    const some = new Uint32Array(mostPagesPerFrame);
    let count = 0;
    for (const page of this.#guest.written()) {
      some[count++] = page;
      if (count < some.length) continue;
      await link.fill(this.#writer.fill(some, count));
      count = 0;
    }
    await link.fill(this.#writer.fill(some, count));
  }

  /** Goes on with what is due, as far as that is possible now. */
  #run(): void {
    if (this.#running) return;
    this.#running = true;
    for (let served = 0; !this.#stopped && this.#waiting === null && !this.#digesting; served++) {
      if (this.#digestsDue.length > 0) {
        this.#takeDigest();
        break;
      }
      const session = this.#ready.shift();
      if (session === undefined) break;
      if (!session.ended) this.#attempt(session);
      if (served === mostInARow) {
        setImmediate(() => this.#run());
        break;
      }
    }
    this.#running = false;
  }

  #attempt(session: Session): void {
    try {
      this.#transact(session);
    } catch (error) {
      this.#stopped = true;
      this.#failed(error instanceof Error ? error.message : String(error));
    }
  }

  #transact(session: Session): void {
    const guest = this.#guest;
    const times = emptyTimes();
    times[0] = session.arrivedNs;
    guest.accept(session.take(), session.responseBytes);
    times[1] = now();
    guest.run();
    const response = Buffer.allocUnsafe(session.responseBytes);
    guest.respond(response);
    times.fill(now(), 2);
    const transaction = { session, response, times };
    if (this.#link === null) this.#answer(transaction);
    else this.#synchronise(transaction, this.#link);
  }

  #synchronise(transaction: Transaction, link: Link): void {
    const { times } = transaction;
    const count = this.#guest.collect(this.#dirty);
    times[3] = now();
    const frames = this.#writer.epoch(++this.#epoch, this.#dirty, count);
    times[4] = now();
    this.#waiting = transaction;
    link.send(frames);
    this.#account.pages += count;
    this.#account.wireBytes += frames.length;
  }

  #acknowledged(link: Link, ack: Ack, receivedNs: number): void {
    const transaction = this.#waiting;
    if (transaction === null || ack.epoch !== this.#epoch) {
      throw new ReplicationError(`it acknowledged epoch ${ack.epoch}, which was not due`);
    }
    const { times } = transaction;
    const standbyNs = ack.leftNs - ack.arrivedNs;
    const wireNs = (receivedNs - (times[4] as number) - standbyNs) / 2;
    times[5] = link.sharesClock ? ack.arrivedNs : (times[4] as number) + wireNs;
    times[6] = (times[5] as number) + standbyNs;
    times[7] = receivedNs;
    this.#waiting = null;
    this.#running = true;
    this.#answer(transaction);
    this.#running = false;
    this.#run();
  }

  #answer({ session, response, times }: Transaction): void {
    session.answer(response);
    times[8] = now();
    this.#account.split.record(times);
  }

  /** Without its standby the guest answers nobody any more, or everybody at once. */
  #lose(goOn: boolean): void {
    this.#link = null;
    if (!goOn) this.#stopped = true;
    const transaction = this.#waiting;
    this.#waiting = null;
    if (goOn && transaction !== null) this.#answer(transaction);
    this.#run();
  }

  #takeDigest(): void {
    const resolves = this.#digestsDue.splice(0);
    const guest = this.#guest;
    const state = Buffer.alloc(guest.stateBytes);
    guest.readState(state, 0);
    const primary = digestOf(this.#epoch, guest, state);
    this.#digesting = true;
    const asked = this.#link?.digest() ?? Promise.resolve(null);
    asked.then((standby) => {
      this.#digesting = false;
      for (const resolve of resolves) resolve({ primary, standby });
      this.#run();
    });
  }
}

/** What happened since someone last asked. */
class Account {
  readonly split = new Split();
  pages = 0;
  wireBytes = 0;
  readonly #forcedExits: number;

  constructor(forcedExits: number) {
    this.#forcedExits = forcedExits;
  }

  summary(forcedExits: number, sharedClock: boolean): Statistics {
    return {
      transactions: this.split.transactions,
      pages: this.pages,
      wireBytes: this.wireBytes,
      forcedExits: forcedExits - this.#forcedExits,
      sharedClock,
      split: this.split.summary(),
    };
  }
}
