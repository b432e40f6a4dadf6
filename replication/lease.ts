import { ReplicationError } from './error.js';

/**
 * Why a primary and a standby that takes over never answer at once. The primary may only answer while it holds a lease,
 * which each acknowledgement of the standby renews; the standby only takes over when the lease has surely ended. With one message
 * of the primary and its acknowledgement, each side looking at its own clock alone:
 *
 *     primary    sent ----------- lease -----------> answers nobody
 *     standby      received ------------ lease * 1.25 ------------> takes over
 *
 * A message is received after it was sent, however long it was on its way, so the primary's window ends first as long as
 * the standby's clock does not gain a quarter on the primary's. Neither side assumes anything of the delays: a late
 * message only lengthens the standby's wait, a late acknowledgement only shortens what it renews. Gray and Cheriton,
 * "Leases: an efficient fault-tolerant mechanism for distributed file cache consistency", SOSP 1989.
 *
 * All times are nanoseconds of a monotonic clock; a machine that is suspended stops its own, and that is not covered.
 */
export const takeoverMargin = 1.25;

/** Messages go out at least so often within a lease. */
const messagesPerLease = 4;

const nsPerMs = 1e6;

/** How often a primary that has nothing else to send sends a heartbeat, in milliseconds. */
export function heartbeatMs(leaseMs: number): number {
  return Math.max(1, leaseMs / messagesPerLease);
}

/** What a standby acknowledges, each in the order in which it was sent. */
export type Message = 'epoch' | 'heartbeat' | 'log';

const named: Record<Message, string> = { epoch: 'an epoch', heartbeat: 'a heartbeat', log: 'a request in the log' };

/** The primary's side. */
export class HeldLease {
  readonly #leaseNs: number;
  readonly #sent: { readonly message: Message; readonly atNs: number }[] = [];
  #endsNs = Number.NEGATIVE_INFINITY;

  constructor(leaseMs: number) {
    this.#leaseNs = leaseMs * nsPerMs;
  }

  /** Messages sent and not acknowledged. */
  get outstanding(): number {
    return this.#sent.length;
  }

  /** A message is about to be sent. */
  sent(message: Message, nowNs: number): void {
    this.#sent.push({ message, atNs: nowNs });
  }

  /**
   * The standby has acknowledged the oldest message that it had not.
   * @throws ReplicationError if that is not what it says to have got.
   */
  acknowledged(message: Message): void {
    const oldest = this.#sent.shift();
    if (oldest?.message !== message) {
      throw new ReplicationError(`it acknowledged ${named[message]} that was not due`);
    }
    this.#endsNs = oldest.atNs + this.#leaseNs;
  }

  /** Whether the primary may answer a client now. */
  holds(nowNs: number): boolean {
    return nowNs < this.#endsNs;
  }
}

/** The standby's side. */
export class GrantedLease {
  readonly #waitNs: number;
  #receivedNs = 0;

  constructor(leaseMs: number) {
    this.#waitNs = leaseMs * nsPerMs * takeoverMargin;
  }

  /** Bytes have come from the primary. */
  received(nowNs: number): void {
    this.#receivedNs = nowNs;
  }

  /** When bytes last came from the primary. */
  get receivedNs(): number {
    return this.#receivedNs;
  }

  /** From then on the primary surely answers nobody, if the standby acknowledges nothing more. */
  get surelyEndedNs(): number {
    return this.#receivedNs + this.#waitNs;
  }
}
