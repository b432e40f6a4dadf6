import { KernelError } from '../../kernel/error.js';
import { formatAddress } from '../address.js';
import { now } from '../clock.js';
import { ReplicationError } from '../error.js';
import type { Events } from '../events.js';
import { refusal } from '../wire/handshake.js';
import { jsonFrame } from '../wire/wire.js';
import type { FailoverEndpoint } from './failover-endpoint.js';
import { LeaseWatch } from './lease-watch.js';
import type { ReplicaSession, TakeoverEvents } from './replica-session.js';
import type { ShadowGuest } from './shadow-guest.js';

/** What a takeover works with, and whom it tells. */
export interface TakeoverOptions {
  readonly replica: ReplicaSession;
  readonly shadow: ShadowGuest;
  readonly failover: FailoverEndpoint;
  readonly events: Events;
  /** From now on the guest is to run here, and no other is replicated. */
  readonly begun: () => void;
  /** The guest runs here: its replica is not needed any more. */
  readonly served: () => void;
}

/**
 * How a standby comes to serve the guest of one primary. The primary counts as gone when nothing has come from it until its lease has
 * surely ended, whether its connection is lost or only silent; then nothing more is acknowledged, and the guest goes on
 * here from the last whole epoch. A primary that shuts down in order is not replaced; one that hands its guest over is replaced at once.
 */
export class Takeover implements TakeoverEvents {
  readonly #options: TakeoverOptions;
  #leaseWatch: LeaseWatch | null = null;
  #begun = false;
  #restored: { readonly ns: number; readonly replayed: number } | null = null;

  constructor(options: TakeoverOptions) {
    this.#options = options;
  }

  /** The primary answers nobody without this standby from now on. */
  inStep(): void {
    this.#leaseWatch ??= new LeaseWatch(this.#options.replica.lease, () => this.#leaseEnded());
  }

  /** Nobody is to take over: the primary ends because it was asked to, or the replica has diverged. */
  cancel(): void {
    this.#leaseWatch?.end();
    this.#leaseWatch = null;
  }

  /** The connection is over: nothing comes any more, so the guest is made ready while its lease is waited for. */
  gone(): void {
    if (this.#begun || this.#leaseWatch === null) return;
    const { replica, events } = this.#options;
    this.#begin();
    const leftMs = Math.max(0, Math.ceil((replica.lease.surelyEndedNs - now()) / 1e6));
    events.say(
      `standby: taking over at epoch ${replica.image.epoch} when the primary's lease has ended, in ${leftMs} ms`,
    );
    this.#attempt(() => this.#restore());
  }

  /** The standby itself ends. */
  close(): void {
    this.#leaseWatch?.end();
    this.#leaseWatch = null;
  }

  /** A guest is about to be moved here: what can be done before it stands still is done now, and its source told where. */
  async prepare(): Promise<void> {
    const { replica, shadow, failover } = this.#options;
    const { mode, rehearsal } = failover.options;
    await rehearsal?.asTarget(mode, replica.hello);
    if (replica.peer.socket.destroyed) return;
    failover.expect(shadow.guest);
    replica.peer.socket.once('close', () => {
      if (!this.#begun) failover.giveUp();
    });
    replica.peer.socket.write(jsonFrame('serving', { address: formatAddress(failover.address) }));
  }

  /** The guest that moves here is here, and stands still: it may be handed over at once. @throws ReplicationError if it cannot run here. */
  arrived(): void {
    this.#restore();
  }

  /** The source of a migration gives the guest away. @throws ReplicationError if it cannot run here. */
  handOver(): void {
    const { replica, failover, events } = this.#options;
    const { peer, image } = replica;
    this.#restore();
    this.#begin();
    this.#serve().then(
      () => {
        peer.socket.write(jsonFrame('serving', { address: formatAddress(failover.address) }));
        // The guest stands still until its source knows: only then is anything said.
        failover.goUnsynchronised(`after it moved here at epoch ${image.epoch}`);
        events.say(`standby: the guest of ${peer.name} MOVED HERE at epoch ${image.epoch}: ${this.#where()}`);
      },
      (error: unknown) => {
        if (!(error instanceof ReplicationError)) throw error;
        peer.socket.write(refusal(error));
        peer.dismiss(error.message);
      },
    );
  }

  #leaseEnded(): void {
    const { replica, failover, events } = this.#options;
    const { peer, image, lease } = replica;
    peer.socket.destroy();
    this.#begin();
    this.#attempt(async () => {
      this.#restore();
      await this.#serve();
      failover.goUnsynchronised(`after the takeover at epoch ${image.epoch}`);
      const silentMs = Math.round((now() - lease.receivedNs) / 1e6);
      events.say(
        `standby: TOOK OVER at epoch ${image.epoch}: ${this.#where()}; ${silentMs} ms after the last word of ` +
          `${peer.name}, ${Math.round((this.#restored?.ns ?? 0) / 1e6)} ms of it to start the guest with ` +
          `${image.memory.writtenCount} pages${this.#replayedText()}`,
      );
    });
  }

  #begin(): void {
    if (this.#begun) return;
    this.#begun = true;
    this.#options.begun();
  }

  /** Brings the guest to the end of the log, or to the last epoch where there is none; once. */
  #restore(): void {
    if (this.#restored !== null) return;
    const begunNs = now();
    const replayed = this.#options.replica.logged.restore();
    this.#restored = { ns: now() - begunNs, replayed };
  }

  #replayedText(): string {
    const replayed = this.#restored?.replayed ?? 0;
    return replayed === 0 ? '' : ` and run ${replayed} logged requests again`;
  }

  async #serve(): Promise<void> {
    const { shadow, failover, served } = this.#options;
    await failover.serve(shadow.guest);
    served();
  }

  #where(): string {
    const { shadow, failover } = this.#options;
    return `serving on ${formatAddress(failover.address)}, ${shadow.note}`;
  }

  async #attempt(action: () => void | Promise<void>): Promise<void> {
    try {
      await action();
    } catch (error) {
      if (!(error instanceof ReplicationError || error instanceof KernelError)) throw error;
      this.close();
      this.#options.failover.options.stopped(`it could not take over: ${error.message}`);
    }
  }
}
