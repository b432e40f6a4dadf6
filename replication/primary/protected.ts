import { now } from '../clock.js';
import { ReplicationError } from '../error.js';
import type { ReplicatedGuest } from '../guest/guest.js';
import { type DigestReply, digestInTurns } from '../memory/digest.js';
import { type InStep, type JoinOptions, join } from '../migration/joining.js';
import type { EncodingName } from '../wire/encoding.js';
import { type Ack, EpochWriter } from '../wire/epoch.js';
import { mostPagesPerFrame, mostPartsPerEpoch } from '../wire/wire.js';
import { Account } from './account.js';
import type { Commit } from './commit.js';
import type { Link } from './link.js';
import { Outstanding, type Transaction } from './outstanding.js';
import type { Session } from './session.js';
import { emptyTimes, type Statistics } from './split.js';

/**
 * Who holds what the guest does. `none`: nobody, and responses go out at once. `standby`: each response waits until the
 * standby has acknowledged. `held`: the standby is lost; no request goes in and no response out, until there is another
 * that has it all. `stopped`: for good.
 */
type Protection =
  | { readonly kind: 'none' | 'held' | 'stopped' }
  | { readonly kind: 'standby'; readonly link: Link; readonly writer: EpochWriter };

/** What becomes of a guest that has lost its standby. */
export type AfterLoss = 'none' | 'held' | 'stopped';

/** How many transactions in a row are answered before the event loop gets a turn. */
const mostInARow = 64;
/** Beyond so many bytes on their way no further epoch begins. */
const mostOutstandingBytes = 64 * 2 ** 20;
/** A guest that a standby joins pauses so briefly if it can, and as long as it must. */
const joinOptions: JoinOptions = { downtimeMs: 10, ifDiverging: 'stop', round: () => {} };

/**
 * A guest whose responses wait for its standby. When the guest stops at its I/O, the pages it wrote and its vCPU's state
 * go to the standby as an epoch; when that is acknowledged, its responses go out, in the order of the epochs. How many
 * requests share an epoch, and how many epochs may be on their way, is the commit mode's to say.
 */
export class ProtectedGuest {
  readonly #guest: ReplicatedGuest;
  readonly #commit: Commit;
  readonly #failed: (why: string) => void;
  readonly #dirty: Uint32Array;
  /** Most transactions in an epoch: as many as the commit mode allows and surely fit. */
  readonly #mostTransactions: number;
  readonly #ready: Session[] = [];
  readonly #outstanding = new Outstanding();
  /** Transactions whose responses may go out as soon as anything may. */
  readonly #responses: Transaction[] = [];
  readonly #restsDue: (() => void)[] = [];
  #protection: Protection = { kind: 'none' };
  /** To whoever is being brought into step. */
  #joining: Link | null = null;
  #epoch = 0;
  #running = false;
  #resting = false;
  #gathering = false;
  #digest: Promise<DigestReply> | null = null;
  #account: Account;

  /** `failed` is called if the guest itself fails; it then answers nobody any more. */
  constructor(guest: ReplicatedGuest, commit: Commit, failed: (why: string) => void) {
    const mostPages = Math.max(guest.mostDirty, mostPartsPerEpoch * mostPagesPerFrame);
    this.#guest = guest;
    this.#commit = commit;
    this.#failed = failed;
    this.#mostTransactions = Math.min(commit.mostTransactions, Math.floor(mostPages / guest.mostDirty));
    this.#dirty = new Uint32Array(guest.mostDirty * this.#mostTransactions);
    this.#account = new Account(guest.forcedExits);
  }

  /**
   * Brings the standby into step, while the guest goes on; from then on every response waits for it, and when it is lost
   * `lost` says what becomes of the guest. A guest that was held answers what it owes.
   * @throws ReplicationError if the standby is lost meanwhile; the guest is then what it was before.
   */
  async protect(link: Link, encoding: EncodingName, lost: (why: string) => AfterLoss): Promise<void> {
    const writer = new EpochWriter(this.#guest, encoding);
    const { goOn } = await this.bringIntoStep(link, writer, joinOptions);
    this.#protection = { kind: 'standby', link, writer };
    link.rely();
    link.listen({
      acknowledged: (ack, receivedNs) => this.#acknowledged(link, writer, ack, receivedNs),
      renewed: () => this.#run(),
      lost: (why) => this.#lose(lost(why)),
    });
    goOn();
  }

  /** Brings whoever is at the other end of the link into step, and leaves the guest at rest; as `join`. */
  async bringIntoStep(link: Link, writer: EpochWriter, options: JoinOptions): Promise<InStep> {
    const [guest, atRest, nextEpoch] = [this.#guest, () => this.atRest(), () => ++this.#epoch];
    this.#joining = link;
    try {
      return await join({ guest, link, writer, atRest, nextEpoch }, options);
    } catch (error) {
      throw error instanceof ReplicationError ? error : this.#fail(error);
    } finally {
      this.#joining = null;
    }
  }

  /** Takes up a session's request; it is answered in its turn. */
  serve(session: Session): void {
    this.#ready.push(session);
    if (this.#mostTransactions === 1 || this.#protection.kind !== 'standby') this.#run();
    else this.#gather();
  }

  /**
   * Resolves when the guest stands still and every epoch is acknowledged. Nothing begins until the function that it
   * resolves with is called. Those who ask get their turns one after the other.
   */
  atRest(): Promise<() => void> {
    return new Promise((resolve) => {
      this.#restsDue.push(() => {
        this.#resting = true;
        resolve(() => {
          this.#resting = false;
          this.#run();
        });
      });
      this.#run();
    });
  }

  /** Digests of memory and vCPU state on both sides, at one epoch: the guest stands still meanwhile. */
  digest(): Promise<DigestReply> {
    this.#digest ??= this.#takeDigest();
    return this.#digest;
  }

  /** What happened since this was last called. */
  statistics(): Statistics {
    const account = this.#account;
    const protection = this.#protection;
    this.#account = new Account(this.#guest.forcedExits);
    return account.summary(this.#guest.forcedExits, protection.kind !== 'standby' || protection.link.sharesClock);
  }

  close(): void {
    this.#stop();
    this.#joining?.close();
    this.#guest.close();
  }

  /** Requests that come in the same turn of the event loop go into the guest together. */
  #gather(): void {
    if (this.#gathering) return;
    this.#gathering = true;
    setImmediate(() => {
      this.#gathering = false;
      this.#run();
    });
  }

  /** Goes on with what is due, as far as that is possible now. */
  #run(): void {
    if (this.#running) return;
    this.#running = true;
    this.#answer();
    for (let epochs = 0; this.#mayBegin(); epochs++) {
      if (epochs === mostInARow) {
        setImmediate(() => this.#run());
        break;
      }
      this.#begin();
      this.#answer();
    }
    this.#running = false;
    if (this.#outstanding.count === 0 && !this.#resting && this.#protection.kind !== 'stopped') {
      this.#restsDue.shift()?.();
    }
  }

  #mayBegin(): boolean {
    const { kind } = this.#protection;
    if (this.#ready.length === 0 || this.#resting || this.#restsDue.length > 0) return false;
    if (kind === 'held' || kind === 'stopped') return false;
    return this.#outstanding.count < this.#commit.mostOutstanding && this.#outstanding.bytes < mostOutstandingBytes;
  }

  /** Whether a response may go out now. */
  #mayAnswer(): boolean {
    const protection = this.#protection;
    return protection.kind === 'none' || (protection.kind === 'standby' && protection.link.mayAnswer);
  }

  /** The guest does what an epoch has room for; its responses wait for the standby if there is one. */
  #begin(): void {
    const sessions = this.#ready.splice(0, this.#mostTransactions).filter(({ ended }) => !ended);
    if (sessions.length === 0) return;
    try {
      const transactions = sessions.map((session) => this.#transact(session));
      const stoppedNs = now();
      for (const { times } of transactions) times.fill(stoppedNs, 2);
      if (this.#protection.kind === 'standby') this.#synchronise(transactions, this.#protection);
      else this.#responses.push(...transactions);
    } catch (error) {
      this.#fail(error);
    }
  }

  /** The guest itself has failed. */
  #fail(error: unknown): ReplicationError {
    const why = error instanceof Error ? error.message : String(error);
    this.#stop();
    this.#failed(why);
    return new ReplicationError(`the guest failed: ${why}`);
  }

  #transact(session: Session): Transaction {
    const guest = this.#guest;
    const times = emptyTimes();
    times[0] = session.arrivedNs;
    guest.accept(session.take(), session.responseBytes);
    times[1] = now();
    guest.run();
    const response = Buffer.allocUnsafe(session.responseBytes);
    guest.respond(response);
    return { session, response, times };
  }

  #synchronise(transactions: readonly Transaction[], { link, writer }: { link: Link; writer: EpochWriter }): void {
    const count = this.#guest.collect(this.#dirty);
    const listedNs = now();
    const frames = writer.epoch(++this.#epoch, this.#dirty, count);
    const framedNs = now();
    for (const { times } of transactions) {
      times[3] = listedNs;
      times[4] = framedNs;
    }
    this.#outstanding.add({ epoch: this.#epoch, transactions, frames });
    link.send(frames);
    this.#account.epochs++;
    this.#account.pages += count;
    this.#account.wireBytes += frames.length;
  }

  #acknowledged(link: Link, writer: EpochWriter, ack: Ack, receivedNs: number): void {
    const { transactions, frames } = this.#outstanding.acknowledge(ack.epoch);
    writer.reuse(frames);
    const standbyNs = ack.leftNs - ack.arrivedNs;
    for (const { times } of transactions) {
      const wireNs = (receivedNs - (times[4] as number) - standbyNs) / 2;
      times[5] = link.sharesClock ? ack.arrivedNs : (times[4] as number) + wireNs;
      times[6] = (times[5] as number) + standbyNs;
      times[7] = receivedNs;
    }
    this.#responses.push(...transactions);
    this.#run();
  }

  /** Sends the responses that are due, as far as they may go out now. */
  #answer(): void {
    while (this.#responses.length > 0 && this.#mayAnswer()) {
      const { session, response, times } = this.#responses.shift() as Transaction;
      session.answer(response);
      times[8] = now();
      this.#account.split.record(times);
    }
  }

  /** What was on its way to the standby may have arrived or not: it is answered where `after` says so, or not yet. */
  #lose(after: AfterLoss): void {
    this.#responses.push(...this.#outstanding.abandon());
    this.#protection = { kind: after };
    this.#run();
  }

  #stop(): void {
    if (this.#protection.kind === 'standby') this.#protection.link.close();
    this.#protection = { kind: 'stopped' };
  }

  async #takeDigest(): Promise<DigestReply> {
    const goOn = await this.atRest();
    this.#digest = null;
    const state = Buffer.alloc(this.#guest.stateBytes);
    this.#guest.readState(state, 0);
    const goesOn = () => this.#protection.kind !== 'stopped';
    const primary = await digestInTurns(this.#epoch, this.#guest, state, goesOn);
    const protection = this.#protection;
    const standby = protection.kind === 'standby' ? await protection.link.digest() : null;
    goOn();
    return { primary, standby };
  }
}
