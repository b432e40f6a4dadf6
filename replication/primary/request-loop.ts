import { now } from '../clock.js';
import { ReplicationError } from '../error.js';
import type { ReplicatedGuest } from '../guest/guest.js';
import { longestWaitMs } from '../wire/receiver.js';
import type { Statistics } from '../wire/statistics.js';
import { mostPagesPerFrame, mostPartsPerEpoch } from '../wire/wire.js';
import type { Checkpoints, Logged } from './checkpoints.js';
import type { Commit } from './commit.js';
import { type AfterLoss, mayAnswer, mayBegin, type Protection, type StandbyProtection } from './protection.js';
import { PendingResponses } from './responses.js';
import { Rests } from './rests.js';
import type { Session } from './session.js';
import { StatsWindow } from './stats-window.js';
import { type Transaction, transact } from './transaction.js';

/** How many epochs in a row are begun before the event loop gets a turn. */
const mostInARow = 64;
/** Beyond so many bytes on their way no further epoch begins. */
const mostInFlightBytes = 64 * 2 ** 20;

/**
 * Runs the guest: takes requests, lets the guest do as many at a time as the commit mode says, sends what the standby is to
 * have of that, and answers when that is acknowledged.
 */
export class RequestLoop {
  readonly #guest: ReplicatedGuest;
  readonly #commit: Commit;
  readonly #failed: (why: string) => void;
  readonly #dirty: Uint32Array;
  /** Most transactions in an epoch: as many as the commit mode allows and surely fit. */
  readonly #mostTransactions: number;
  readonly #ready: Session[] = [];
  readonly #responses = new PendingResponses();
  readonly #rests = new Rests(() => this.#run());
  #protection: Protection = { kind: 'none' };
  #epoch = 0;
  #running = false;
  #gathering = false;
  /** Who waits for a checkpoint with the guest at rest. */
  #caughtUp: () => void = () => {};
  #window: StatsWindow;

  /** `failed` is called if the guest itself fails; it then answers nobody any more. */
  constructor(guest: ReplicatedGuest, commit: Commit, failed: (why: string) => void) {
    const mostPages = Math.max(guest.mostDirty, mostPartsPerEpoch * mostPagesPerFrame);
    this.#guest = guest;
    this.#commit = commit;
    this.#failed = failed;
    this.#mostTransactions = Math.min(commit.mostTransactions, Math.floor(mostPages / guest.mostDirty));
    this.#dirty = new Uint32Array(guest.mostDirty * this.#mostTransactions);
    this.#window = new StatsWindow(guest.forcedExits);
  }

  get protection(): Protection {
    return this.#protection;
  }

  /** Number of the epoch that was sent last; 0 before the first. */
  get epoch(): number {
    return this.#epoch;
  }

  /** The number of the epoch that is sent next. */
  nextEpoch(): number {
    return ++this.#epoch;
  }

  /**
   * From now on every response waits for this standby, which is in step with the guest at rest. When it is lost, `lost` says
   * what becomes of the guest.
   */
  protect(standby: StandbyProtection, lost: (why: string) => AfterLoss): void {
    const { link, checkpoints } = standby;
    this.#protection = standby;
    link.activateLease();
    link.listen({
      acknowledged: (ack, receivedNs) => {
        if (!checkpoints?.acknowledged(ack.epoch)) this.#responses.acknowledged(standby, { ack, receivedNs });
        this.#run();
      },
      logged: (ack, receivedNs) => {
        checkpoints?.logged(ack.epoch);
        this.#responses.logged({ ack, receivedNs });
        this.#takeLogged();
        this.#run();
      },
      renewed: () => this.#run(),
      lost: (why) => this.#lose(lost(why)),
    });
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
    const turn = this.#rests.ask();
    this.#run();
    return turn;
  }

  /** With the guest at rest: what it did since the last checkpoint goes to the standby as one. */
  async catchUp(): Promise<void> {
    const checkpoints = this.#checkpoints;
    if (checkpoints === null || checkpoints.current) return;
    checkpoints.take();
    await new Promise<void>((resolve) => {
      this.#caughtUp = resolve;
    });
  }

  /** An epoch is on its way: its pages, and the bytes of its frames. */
  count(pages: number, bytes: number): void {
    this.#window.epochs++;
    this.#window.pages += pages;
    this.#window.wireBytes += bytes;
  }

  /** What happened since this was last called. */
  statistics(): Statistics {
    const window = this.#window;
    const protection = this.#protection;
    this.#window = new StatsWindow(this.#guest.forcedExits);
    return window.summary(this.#guest.forcedExits, protection.kind !== 'standby' || protection.link.sharesClock);
  }

  /** The guest itself has failed: it answers nobody any more. */
  fail(error: unknown): ReplicationError {
    const why = error instanceof Error ? error.message : String(error);
    this.stop();
    this.#failed(why);
    return new ReplicationError(`the guest failed: ${why}`);
  }

  /** Answers nobody any more. */
  stop(): void {
    if (this.#protection.kind === 'standby') this.#protection.link.close();
    this.#protection = { kind: 'stopped' };
  }

  get #checkpoints(): Checkpoints | null {
    return this.#protection.kind === 'standby' ? this.#protection.checkpoints : null;
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
    // The last one may just have been acknowledged, with the next one full already.
    if (this.#checkpoints?.overdue) this.#checkpoint();
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
    if (this.#isQuiet && this.#protection.kind !== 'stopped') this.#rests.grant();
  }

  /** The standby has acknowledged all that it was sent. */
  get #isQuiet(): boolean {
    return this.#responses.inFlight.count === 0 && !this.#checkpoints?.underWay;
  }

  #mayBegin(): boolean {
    if (this.#ready.length === 0 || this.#rests.pending || !mayBegin(this.#protection)) return false;
    const { count, bytes } = this.#responses.inFlight;
    return count < this.#commit.mostOutstanding && bytes < mostInFlightBytes;
  }

  /** The guest does what an epoch has room for; its responses wait for the standby if there is one. */
  #begin(): void {
    const checkpoints = this.#checkpoints;
    const most = Math.min(this.#mostTransactions, checkpoints?.room ?? this.#mostTransactions);
    const sessions = this.#ready.splice(0, most).filter(({ ended }) => !ended);
    if (sessions.length === 0) return;
    try {
      if (checkpoints === null) this.#runEpoch(sessions);
      else this.#runLogged(sessions, checkpoints);
    } catch (error) {
      this.fail(error);
    }
  }

  /** Requests go through the guest one after the other, and what they changed goes to the standby together. */
  #runEpoch(sessions: readonly Session[]): void {
    const transactions = sessions.map((session) => transact(this.#guest, session, session.take()));
    const stoppedNs = now();
    for (const { moments } of transactions) moments.stop(stoppedNs);
    if (this.#protection.kind === 'standby') this.#synchronise(transactions, this.#protection);
    else this.#responses.release(transactions);
  }

  #synchronise(transactions: readonly Transaction[], { link, writer }: StandbyProtection): void {
    const count = this.#guest.collect(this.#dirty);
    const listedNs = now();
    const number = this.nextEpoch();
    const frames = writer.epoch(number, this.#dirty, count);
    const framedNs = now();
    for (const { moments } of transactions) {
      moments.listedNs = listedNs;
      moments.framedNs = framedNs;
    }
    this.#responses.hold({ number, transactions, frames });
    link.send(frames);
    this.count(count, frames.length);
  }

  /** Requests go into the standby's log together, and through the guest one by one, each answered as soon as may be. */
  #runLogged(sessions: readonly Session[], checkpoints: Checkpoints): void {
    const logged = sessions.map((session) => ({ request: session.take(), responseBytes: session.responseBytes }));
    this.#window.wireBytes += checkpoints.log(logged);
    for (const [index, session] of sessions.entries()) {
      const transaction = transact(this.#guest, session, (logged[index] as Logged).request);
      transaction.moments.stop(now());
      checkpoints.answered(transaction.response);
      // The standby may have been lost meanwhile; what was taken is done all the same.
      const waits = this.#protection.kind === 'standby';
      if (waits) this.#responses.hold({ number: this.#guest.transactions, transactions: [transaction], frames: null });
      else this.#responses.release([transaction]);
      this.#takeLogged();
      if (index === sessions.length - 1) return;
      this.#awaitStandby();
      this.#answer();
    }
  }

  #takeLogged(): void {
    if (this.#protection.kind === 'standby') this.#responses.takeLogged(this.#protection);
  }

  /**
   * Where the guest must stand still until the standby has acknowledged, nothing is lost by waiting here; otherwise that is
   * looked at, and waited for once all requests that are here have begun.
   */
  #awaitStandby(): void {
    const { count } = this.#responses.inFlight;
    if (this.#protection.kind !== 'standby' || count === 0) return;
    const { link } = this.#protection;
    const standsStill = count >= this.#commit.mostOutstanding;
    if (!link.receive(standsStill ? longestWaitMs : 0)) link.expect();
  }

  /** Sends the responses that are due, as far as they may go out now. */
  #answer(): void {
    this.#responses.answer(() => mayAnswer(this.#protection), this.#window.split);
  }

  /** Takes a checkpoint if one is due. */
  #checkpoint(): void {
    try {
      this.#checkpoints?.takeIfDue();
    } catch (error) {
      this.fail(error);
    }
  }

  /** What was on its way to the standby may have arrived or not: it is answered where `after` says so, or not yet. */
  #lose(after: AfterLoss): void {
    this.#responses.abandon();
    this.#protection = { kind: after };
    this.#run();
  }
}
