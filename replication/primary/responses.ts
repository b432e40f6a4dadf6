import { now } from '../clock.js';
import type { Ack } from '../wire/epoch.js';
import { InFlightEpochs, type Sent } from './in-flight.js';
import type { StandbyProtection } from './protection.js';
import type { StageTimes } from './stage-times.js';
import type { Transaction } from './transaction.js';

/** An acknowledgement, and when it was here. */
interface ReceivedAck {
  readonly ack: Ack;
  readonly receivedNs: number;
}

/** What the guest has done and its clients have not been told: it waits for the standby, and then for leave to answer. */
export class PendingResponses {
  readonly #inFlight = new InFlightEpochs();
  /** Of requests that the guest has not done yet: several are logged together. */
  readonly #logAcks: ReceivedAck[] = [];
  /** Whose responses may go out as soon as anything may. */
  readonly #due: Transaction[] = [];

  /** What is sent to the standby and not acknowledged. */
  get inFlight(): Pick<InFlightEpochs, 'count' | 'bytes'> {
    return this.#inFlight;
  }

  /** Keeps responses until the standby has acknowledged. */
  hold(sent: Sent): void {
    this.#inFlight.add(sent);
  }

  /** Lets responses go out that wait for no standby, or not any more. */
  release(transactions: readonly Transaction[]): void {
    this.#due.push(...transactions);
  }

  /** The standby has what was sent to it first. @throws ReplicationError if it acknowledges something else. */
  acknowledged({ link, writer }: Pick<StandbyProtection, 'link' | 'writer'>, { ack, receivedNs }: ReceivedAck): void {
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
    this.release(transactions);
  }

  /** The standby has a request in its log; that is taken up once the guest has done it too. */
  logged(received: ReceivedAck): void {
    this.#logAcks.push(received);
  }

  /** What the standby has logged and the guest has done is acknowledged. @throws ReplicationError as `acknowledged`. */
  takeLogged(standby: StandbyProtection): void {
    while (this.#inFlight.count > 0) {
      const first = this.#logAcks.shift();
      if (first === undefined) return;
      this.acknowledged(standby, first);
    }
  }

  /** The standby is lost: what was on its way there may have arrived or not, and waits for it no more. */
  abandon(): void {
    this.#logAcks.length = 0;
    this.release(this.#inFlight.abandon());
  }

  /** Sends the responses that are due, as long as they may go out, and adds up how long their stages took. */
  answer(mayAnswer: () => boolean, stages: StageTimes): void {
    while (this.#due.length > 0 && mayAnswer()) {
      const { session, response, moments } = this.#due.shift() as Transaction;
      session.answer(response);
      moments.answeredNs = now();
      stages.record(moments);
    }
  }
}
