import { now } from '../clock.js';
import { ReplicationError } from '../error.js';
import type { ReplicatedGuest } from '../guest/guest.js';
import { type DigestReply, digestInTurns } from '../memory/digest.js';
import type { Link } from '../transfer/link.js';
import { type ResyncOptions, resync, type Synced } from '../transfer/resync.js';
import type { EncodingName } from '../wire/encoding.js';
import { type Ack, EpochWriter } from '../wire/epoch.js';
import { longestWaitMs } from '../wire/receiver.js';
import type { Statistics } from '../wire/statistics.js';
import { mostPagesPerFrame, mostPartsPerEpoch } from '../wire/wire.js';
import { type CheckpointInterval, Checkpoints, type Logged } from './checkpoints.js';
import type { Commit } from './commit.js';
import { InFlightEpochs, type Transaction } from './in-flight.js';
import type { Session } from './session.js';
import { Moments } from './stage-times.js';
import { StatsWindow } from './stats-window.js';

/**
 * Who holds what the guest does. `none`: nobody, and responses go out at once. `standby`: each response waits until the
 * standby has acknowledged. `held`: the standby is lost; no request goes in and no response out, until there is another
 * that has it all. `stopped`: for good.
 */
type Protection =
  | { readonly kind: 'none' | 'held' | 'stopped' }
  | {
      readonly kind: 'standby';
      readonly link: Link;
      readonly writer: EpochWriter;
      /** Where requests are replayed; null: each epoch has all that its responses tell. */
      readonly checkpoints: Checkpoints | null;
    };

type KeptByStandby = Extract<Protection, { kind: 'standby' }>;
type Acknowledger = Pick<KeptByStandby, 'link' | 'writer'>;

/** What becomes of a guest that has lost its standby. */
export type AfterLoss = 'none' | 'held' | 'stopped';

/** How many transactions in a row are answered before the event loop gets a turn. */
const mostInARow = 64;
/** Beyond so many bytes on their way no further epoch begins. */
const mostOutstandingBytes = 64 * 2 ** 20;
/** A guest that a standby joins pauses so briefly if it can, and as long as it must. */
const resyncOptions: ResyncOptions = { downtimeMs: 10, ifDiverging: 'stop', round: () => {} };

/**
 * A guest whose responses wait for its standby. When the guest stops at its I/O, the pages it wrote and its vCPU's state
 * go to the standby as an epoch; when that is acknowledged, its responses go out, in the order of the epochs. How many
 * requests share an epoch, and how many epochs may be on their way, is the commit mode's to say. Where requests are
 * replayed, each goes to the standby before the guest runs it, and its response out when that is acknowledged; epochs
 * follow now and then, as checkpoints.
 */
export class ProtectedGuest {
  readonly #guest: ReplicatedGuest;
  readonly #commit: Commit;
  readonly #interval: CheckpointInterval;
  readonly #failed: (why: string) => void;
  readonly #dirty: Uint32Array;
  /** Most transactions in an epoch: as many as the commit mode allows and surely fit. */
  readonly #mostTransactions: number;
  readonly #ready: Session[] = [];
  readonly #inFlight = new InFlightEpochs();
  /** Of requests that the guest has not done yet: several are logged together. */
  readonly #logAcks: { readonly ack: Ack; readonly receivedNs: number }[] = [];
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
  /** Who waits for a checkpoint with the guest at rest. */
  #caughtUp: () => void = () => {};
  #account: StatsWindow;

  /**
   * `interval` is that of checkpoints, where requests are replayed. `failed` is called if the guest itself fails; it then
   * answers nobody any more.
   */
  constructor(guest: ReplicatedGuest, commit: Commit, interval: CheckpointInterval, failed: (why: string) => void) {
    const mostPages = Math.max(guest.mostDirty, mostPartsPerEpoch * mostPagesPerFrame);
    this.#guest = guest;
    this.#commit = commit;
    this.#interval = interval;
    this.#failed = failed;
    this.#mostTransactions = Math.min(commit.mostTransactions, Math.floor(mostPages / guest.mostDirty));
    this.#dirty = new Uint32Array(guest.mostDirty * this.#mostTransactions);
    this.#account = new StatsWindow(guest.forcedExits);
  }

  /**
   * Brings the standby into step, while the guest goes on; from then on every response waits for it, and when it is lost
   * `lost` says what becomes of the guest. A guest that was held answers what it owes.
   * @throws ReplicationError if the standby is lost meanwhile; the guest is then what it was before.
   */
  async protect(link: Link, encoding: EncodingName, lost: (why: string) => AfterLoss): Promise<void> {
    const writer = new EpochWriter(this.#guest, encoding);
    const { goOn } = await this.bringIntoStep(link, writer, resyncOptions);
    const checkpoints = this.#commit.keeps === 'requests' ? this.#checkpointsOf(link, writer) : null;
    this.#protection = { kind: 'standby', link, writer, checkpoints };
    link.activateLease();
    link.listen({
      acknowledged: (ack, receivedNs) => {
        if (!checkpoints?.acknowledged(ack.epoch)) this.#acknowledged({ link, writer }, ack, receivedNs);
        this.#run();
      },
      logged: (ack, receivedNs) => {
        checkpoints?.logged(ack.epoch);
        this.#logAcks.push({ ack, receivedNs });
        this.#takeLogAcks();
        this.#run();
      },
      renewed: () => this.#run(),
      lost: (why) => this.#lose(lost(why)),
    });
    goOn();
  }

  #checkpointsOf(link: Link, writer: EpochWriter): Checkpoints {
    const taken = (pages: number, bytes: number) => {
      this.#account.epochs++;
      this.#account.pages += pages;
      this.#account.wireBytes += bytes;
    };
    const nextEpoch = () => ++this.#epoch;
    return new Checkpoints({ guest: this.#guest, link, writer, interval: this.#interval, nextEpoch, taken });
  }

  /** Brings whoever is at the other end of the link into step, and leaves the guest at rest; as `resync`. */
  async bringIntoStep(link: Link, writer: EpochWriter, options: ResyncOptions): Promise<Synced> {
    const [guest, atRest, nextEpoch] = [this.#guest, () => this.atRest(), () => ++this.#epoch];
    this.#joining = link;
    try {
      return await resync({ guest, link, writer, atRest, nextEpoch }, options);
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
    this.#account = new StatsWindow(this.#guest.forcedExits);
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
      this.#awaitStandby();
      this.#answer();
      this.#checkpoint();
    }
    this.#running = false;
    if (this.#isQuiet) this.#caughtUp();
    if (this.#isQuiet && !this.#resting && this.#protection.kind !== 'stopped') {
      this.#restsDue.shift()?.();
    }
  }

  /** The standby has acknowledged all that it was sent. */
  get #isQuiet(): boolean {
    const protection = this.#protection;
    return this.#inFlight.count === 0 && !(protection.kind === 'standby' && protection.checkpoints?.underWay);
  }

  /**
   * Where the guest must stand still until the standby has acknowledged, nothing is lost by waiting here; otherwise that is
   * looked at, and waited for once all requests that are here have begun.
   */
  #awaitStandby(): void {
    if (this.#protection.kind !== 'standby' || this.#inFlight.count === 0) return;
    const { link } = this.#protection;
    const standsStill = this.#inFlight.count >= this.#commit.mostOutstanding;
    if (!link.receive(standsStill ? longestWaitMs : 0)) link.expect();
  }

  /** Takes a checkpoint if one is due. */
  #checkpoint(): void {
    try {
      if (this.#protection.kind === 'standby') this.#protection.checkpoints?.takeIfDue();
    } catch (error) {
      this.#fail(error);
    }
  }

  #mayBegin(): boolean {
    const protection = this.#protection;
    if (this.#ready.length === 0 || this.#resting || this.#restsDue.length > 0) return false;
    if (protection.kind === 'held' || protection.kind === 'stopped') return false;
    if (protection.kind === 'standby' && protection.checkpoints?.full) return false;
    return this.#inFlight.count < this.#commit.mostOutstanding && this.#inFlight.bytes < mostOutstandingBytes;
  }

  /** Whether a response may go out now. */
  #mayAnswer(): boolean {
    const protection = this.#protection;
    return protection.kind === 'none' || (protection.kind === 'standby' && protection.link.mayAnswer);
  }

  /** The guest does what an epoch has room for; its responses wait for the standby if there is one. */
  #begin(): void {
    const checkpoints = this.#protection.kind === 'standby' ? this.#protection.checkpoints : null;
    const most = Math.min(this.#mostTransactions, checkpoints?.room ?? this.#mostTransactions);
    const sessions = this.#ready.splice(0, most).filter(({ ended }) => !ended);
    if (sessions.length === 0) return;
    try {
      if (checkpoints !== null) {
        this.#runLogged(sessions, checkpoints);
        return;
      }
      const transactions = sessions.map((session) => this.#transact(session, session.take()));
      const stoppedNs = now();
      for (const { moments } of transactions) moments.stop(stoppedNs);
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

  /** Requests go into the standby's log together, and through the guest one by one, each answered as soon as may be. */
  #runLogged(sessions: readonly Session[], checkpoints: Checkpoints): void {
    const logged = sessions.map((session) => ({ request: session.take(), responseBytes: session.responseBytes }));
    this.#account.wireBytes += checkpoints.log(logged);
    for (const [index, session] of sessions.entries()) {
      const transaction = this.#transact(session, (logged[index] as Logged).request);
      transaction.moments.stop(now());
      checkpoints.answered(transaction.response);
      // The standby may have been lost meanwhile; what was taken is done all the same.
      const waits = this.#protection.kind === 'standby';
      if (waits) this.#inFlight.add({ number: this.#guest.transactions, transactions: [transaction], frames: null });
      else this.#responses.push(transaction);
      this.#takeLogAcks();
      if (index === sessions.length - 1) return;
      this.#awaitStandby();
      this.#answer();
    }
  }

  /** What the standby has logged and the guest has done is acknowledged. */
  #takeLogAcks(): void {
    while (this.#protection.kind === 'standby' && this.#inFlight.count > 0) {
      const first = this.#logAcks.shift();
      if (first === undefined) return;
      this.#acknowledged(this.#protection, first.ack, first.receivedNs);
    }
  }

  #transact(session: Session, request: Buffer): Transaction {
    const guest = this.#guest;
    guest.accept(request, session.responseBytes);
    const moments = new Moments(session.arrivedNs, now());
    guest.run();
    const response = Buffer.allocUnsafe(session.responseBytes);
    guest.respond(response);
    return { session, response, moments };
  }

  #synchronise(transactions: readonly Transaction[], { link, writer }: KeptByStandby): void {
    const count = this.#guest.collect(this.#dirty);
    const listedNs = now();
    const frames = writer.epoch(++this.#epoch, this.#dirty, count);
    const framedNs = now();
    for (const { moments } of transactions) {
      moments.listedNs = listedNs;
      moments.framedNs = framedNs;
    }
    this.#inFlight.add({ number: this.#epoch, transactions, frames });
    link.send(frames);
    this.#account.epochs++;
    this.#account.pages += count;
    this.#account.wireBytes += frames.length;
  }

  #acknowledged({ link, writer }: Acknowledger, ack: Ack, receivedNs: number): void {
    const { transactions, frames } = this.#inFlight.acknowledge(ack.epoch);
    if (frames !== null) writer.reuse(frames);
    const standbyNs = ack.leftNs - ack.arrivedNs;
    for (const { moments } of transactions) {
      const { framedNs } = moments;
      const wireNs = (receivedNs - framedNs - standbyNs) / 2;
      // A request is at the standby while the guest still runs: a transaction's time has only what is left after that.
      moments.deliveredNs = Math.max(framedNs, link.sharesClock ? ack.arrivedNs : framedNs + wireNs);
      moments.ackLeftNs = Math.max(framedNs, link.sharesClock ? ack.leftNs : moments.deliveredNs + standbyNs);
      moments.acknowledgedNs = Math.max(framedNs, receivedNs);
    }
    this.#responses.push(...transactions);
  }

  /** Sends the responses that are due, as far as they may go out now. */
  #answer(): void {
    while (this.#responses.length > 0 && this.#mayAnswer()) {
      const { session, response, moments } = this.#responses.shift() as Transaction;
      session.answer(response);
      moments.answeredNs = now();
      this.#account.split.record(moments);
    }
  }

  /** What was on its way to the standby may have arrived or not: it is answered where `after` says so, or not yet. */
  #lose(after: AfterLoss): void {
    this.#logAcks.length = 0;
    this.#responses.push(...this.#inFlight.abandon());
    this.#protection = { kind: after };
    this.#run();
  }

  #stop(): void {
    if (this.#protection.kind === 'standby') this.#protection.link.close();
    this.#protection = { kind: 'stopped' };
  }

  /** With the guest at rest: what it did since the last checkpoint goes to the standby as one. */
  async #catchUp(): Promise<void> {
    const checkpoints = this.#protection.kind === 'standby' ? this.#protection.checkpoints : null;
    if (checkpoints === null || checkpoints.current) return;
    checkpoints.take();
    await new Promise<void>((resolve) => {
      this.#caughtUp = resolve;
    });
  }

  async #takeDigest(): Promise<DigestReply> {
    const goOn = await this.atRest();
    this.#digest = null;
    const state = Buffer.alloc(this.#guest.stateBytes);
    this.#guest.readState(state, 0);
    await this.#catchUp();
    const goesOn = () => this.#protection.kind !== 'stopped';
    const primary = await digestInTurns(this.#epoch, this.#guest, state, goesOn);
    const protection = this.#protection;
    const standby = protection.kind === 'standby' ? await protection.link.digest() : null;
    goOn();
    return { primary, standby };
  }
}
