import { setTimeout as sleep } from 'node:timers/promises';
import { type Address, formatAddress } from '../address.js';
import { LostError, ReplicationError, SupersededError, UnreachableError } from '../error.js';
import type { Events } from '../events.js';
import type { ReplicatedGuest } from '../guest/guest.js';
import { Link } from '../transfer/link.js';
import type { EncodingName } from '../wire/encoding.js';
import { mostPagesPerFrame, mostPartsPerEpoch } from '../wire/wire.js';
import { type LossPolicyName, lossPolicies } from './loss.js';
import type { ProtectedGuest } from './protected.js';
import type { AfterLoss } from './protection.js';
import { type RepeatedWarning, unsynchronised } from './repeated-warning.js';

/** The standby that a primary is to have, and how it deals with that. */
export interface StandbyTarget {
  readonly address: Address;
  readonly onLoss: LossPolicyName;
  /** How pages are sent to it. */
  readonly encoding: EncodingName;
  /** Longest that connecting may take, and an acknowledgement, in milliseconds. */
  readonly connectTimeoutMs: number;
  readonly ackTimeoutMs: number;
  /** How long a wait for it may look for its acknowledgement without sleeping, in microseconds; 0: never. */
  readonly pollUs: number;
}

/** What a controller works with, and whom it tells. */
export interface StandbyControllerOptions {
  readonly target: StandbyTarget;
  readonly secret: string;
  readonly guest: ReplicatedGuest;
  readonly protected: ProtectedGuest;
  readonly events: Events;
  readonly warning: RepeatedWarning;
  /** The guest answers nobody any more. */
  readonly stopped: (why: string) => void;
}

/** How long after one attempt to reach the standby the next follows. */
const pauseMs = 1000;

/** A primary's dealings with its standby: reaches it, and does what the policy says when it is lost. */
export class StandbyController {
  readonly #options: StandbyControllerOptions;
  readonly #name: string;
  #link: Link | null = null;
  #seek: NodeJS.Timeout | null = null;
  #closed = false;

  /** @throws ReplicationError if an epoch of this guest may be larger than one can be. */
  constructor(options: StandbyControllerOptions) {
    refuseLargeEpochs(options.guest);
    this.#options = options;
    this.#name = formatAddress(options.target.address);
  }

  /**
   * Brings the standby into step.
   * @throws ReplicationError if that fails and the policy does not allow to go without.
   */
  async begin(): Promise<void> {
    const { onLoss } = this.#options.target;
    try {
      await this.#join();
    } catch (error) {
      if (!(error instanceof ReplicationError)) throw error;
      if (error instanceof ConflictError || error instanceof SupersededError) throw error;
      if (onLoss === 'wait' && mayComeBack(error)) return this.#waitToBegin(error.message);
      if (lossPolicies[onLoss].insists) throw new ReplicationError(`no standby: ${error.message}${remedyFor(error)}`);
      this.goUnsynchronised(`as --on-loss ${onLoss} asks: no standby: ${error.message}`);
    }
  }

  /** Tries until the standby is in step: nobody is served before. @throws ReplicationError if it is there and refuses. */
  async #waitToBegin(why: string): Promise<void> {
    this.#options.warning.begin(
      `primary: no standby: ${why}; WAITING for it, as --on-loss wait asks: nobody is served before it is in step`,
      `primary: still WAITING for standby ${this.#name}: nobody is served`,
    );
    while (!this.#closed) {
      await sleep(pauseMs);
      try {
        return await this.#join();
      } catch (error) {
        if (!mayComeBack(error)) throw error;
        if (error instanceof LostError) this.#sayNotInStep(error);
      }
    }
  }

  #sayNotInStep({ message }: ReplicationError): void {
    this.#options.events.sayOften('seeking', `primary: standby ${this.#name} is not in step: ${message}`);
  }

  /** Serves without the standby until that is in step, and says so. */
  goUnsynchronised(why: string): void {
    unsynchronised(this.#options.warning, why);
    this.#seekLater();
  }

  /** Tells the standby that the primary ends because it was asked to: nobody is to take over. */
  tellShutdown(): void {
    this.#link?.tellShutdown();
  }

  close(): void {
    this.#closed = true;
    if (this.#seek !== null) clearTimeout(this.#seek);
  }

  /** @throws UnreachableError, LostError if the standby is not there or does not stay; another ReplicationError if it is not to be. */
  async #join(): Promise<void> {
    const { target, secret, guest, events, warning } = this.#options;
    const { address, connectTimeoutMs: timeoutMs, ackTimeoutMs, pollUs } = target;
    const link = await Link.open({ address, secret, guest, purpose: 'replication', timeoutMs, ackTimeoutMs, pollUs });
    try {
      if (this.#closed) throw new ReplicationError('closed here');
      if (link.takesOver && lossPolicies[target.onLoss].after === 'none') throw new ConflictError(this.#name);
      await this.#options.protected.protect(link, target.encoding, (why) => this.#lost(why));
    } catch (error) {
      link.close();
      throw error;
    }
    if (link.lost !== null) return;
    this.#link = link;
    warning.end();
    events.say(`primary: standby ${this.#name} is in step`);
  }

  #lost(why: string): AfterLoss {
    const { target, events, stopped } = this.#options;
    const policy = lossPolicies[target.onLoss];
    const lost = `standby ${this.#name} is lost: ${why}`;
    this.#link = null;
    if (policy.after === 'none') this.goUnsynchronised(`as --on-loss ${target.onLoss} asks: ${lost}`);
    else if (policy.after === 'held') this.#hold(lost);
    else {
      events.say(`primary: ${lost}; stopping: no response goes out that the standby has not acknowledged`);
      stopped(lost);
    }
    return policy.after;
  }

  #hold(lost: string): void {
    this.#options.warning.begin(
      `primary: ${lost}; WAITING for it: no response goes out that it has not acknowledged`,
      `primary: still WAITING for standby ${this.#name}: nobody is answered`,
    );
    this.#seekLater();
  }

  #seekLater(): void {
    if (this.#closed) return;
    this.#seek = setTimeout(() => this.#seekNow(), pauseMs);
  }

  async #seekNow(): Promise<void> {
    const { stopped } = this.#options;
    try {
      await this.#join();
    } catch (error) {
      if (this.#closed) return;
      if (!(error instanceof ReplicationError)) throw error;
      if (error instanceof SupersededError) return stopped(error.message);
      this.#sayNotInStep(error);
      this.#seekLater();
    }
  }
}

function mayComeBack(error: unknown): error is ReplicationError {
  return error instanceof UnreachableError || error instanceof LostError;
}

/** What helps where no standby answers; whoever refuses says itself what helps. */
function remedyFor(error: ReplicationError): string {
  if (!(error instanceof UnreachableError)) return '';
  return '; start one with `dirtybench standby`, wait for it (--on-loss wait), or go without (--on-loss continue)';
}

/** Two sides would answer: a primary that goes on without its standby, and a standby that goes on without its primary. */
class ConflictError extends ReplicationError {
  constructor(name: string) {
    super(
      `standby ${name} takes over when it loses its primary, so this one must not go on without it: ` +
        'take --on-loss stop or wait, or start the standby without --serve-port',
    );
  }
}

/** @throws ReplicationError if a transaction may change more pages than an epoch can carry. */
function refuseLargeEpochs({ mostDirty }: ReplicatedGuest): void {
  const most = mostPartsPerEpoch * mostPagesPerFrame;
  if (mostDirty <= most) return;
  throw new ReplicationError(`a transaction may change ${mostDirty} pages: an epoch carries at most ${most}`);
}
