import type { Address } from '../address.js';
import { ReplicationError } from '../error.js';
import { Events, type Log } from '../events.js';
import type { ReplicatedGuest } from '../guest/guest.js';
import { type ModeName, modes } from '../guest/modes.js';
import type { CheckpointInterval } from '../primary/checkpoints.js';
import type { CommitName } from '../primary/commit.js';
import { Primary, type PrimaryOptions } from '../primary/primary.js';
import type { StandbyTarget } from '../primary/standby-controller.js';
import { type ConnectionHandler, handleConnection } from '../wire/connection-handler.js';
import type { PrimaryHello } from '../wire/handshake.js';
import { type Accept, Listener } from '../wire/listener.js';
import { requireSecret } from '../wire/secret.js';
import { EarlyClients } from './early.js';

/** How a standby serves the guest once it has taken it over; and, for `leaseMs` and `checkEvery`, how it follows the primary until then. */
export interface FailoverOptions {
  /** Where clients are to connect. */
  readonly address: Address;
  /**
   * For how long the primary that it follows may answer once it is acknowledged, in milliseconds (lease.ts). standby.ts grants it; once the
   * guest runs here, its own lease is what its `standby` grants.
   */
  readonly leaseMs: number;
  /** How the guest is tracked once it runs here. */
  readonly mode: ModeName;
  /** When the guest, once it runs here, goes on while its standby has not acknowledged. */
  readonly commit: CommitName;
  /** How often it then has a checkpoint, where requests are replayed. */
  readonly checkpoint: CheckpointInterval;
  /**
   * One in so many intervals between two checkpoints of the primary that it follows is replayed while the requests come in, and compared
   * with the checkpoint at its end (standby.ts, logged.ts); 0: none.
   */
  readonly checkEvery: number;
  /** The standby that is to keep the guest once it runs here; null: none. */
  readonly standby: StandbyTarget | null;
  /** Before a guest is moved here, or from here; null: nothing is done. */
  readonly rehearsal: Rehearsal | null;
  /** The guest stopped being served here. */
  readonly stopped: (why: string) => void;
}

/**
 * What is done once for a move, in turns of the event loop, before a guest stands still for it. Resolves with how many moves of a scratch
 * guest came off, which need not be all.
 */
export interface Rehearsal {
  asTarget(mode: ModeName, hello: Pick<PrimaryHello, 'guest' | 'memoryBytes' | 'service'>): Promise<number>;
  asSource(mode: ModeName, guest: Pick<ReplicatedGuest, 'settings' | 'memoryBytes'>): Promise<number>;
}

/**
 * What a standby that takes over has ready: the port for clients, open from the start so that it cannot be taken, which
 * turns everybody away until there is a guest to serve them.
 */
export class FailoverEndpoint {
  readonly options: FailoverOptions;
  readonly #secret: string;
  readonly #log: Log;
  readonly #listener: Listener;
  #primary: Primary | null = null;
  /** What is to serve the guest that is being moved here. */
  #expected: Primary | null = null;
  #early: EarlyClients | null = null;

  private constructor(options: FailoverOptions, secret: string, log: Log, listener: Listener) {
    this.options = options;
    this.#secret = secret;
    this.#log = log;
    this.#listener = listener;
  }

  /** @throws ReplicationError if it cannot listen, or has no secret beyond loopback. */
  static async open(options: FailoverOptions, secret: string, log: Log): Promise<FailoverEndpoint> {
    const { address } = options;
    requireSecret('standby', address, secret);
    const accept: Accept = (peer) => handleConnection(peer, standingBy(secret));
    const listener = await Listener.open({ what: 'standby', address, events: new Events(log), accept });
    return new FailoverEndpoint(options, secret, log, listener);
  }

  get address(): Address {
    return this.#listener.address;
  }

  /** This guest is being moved here: its clients may come already, and wait. */
  expect(guest: ReplicatedGuest): void {
    this.#expected = new Primary(this.#primaryOptions(guest));
    const early = new EarlyClients(this.#secret, new Events(this.#log));
    this.#early = early;
    this.#listener.accept = (peer) => handleConnection(peer, early.handler);
  }

  /** The guest that was being moved here does not come. */
  giveUp(): void {
    if (this.#early === null) return;
    this.#expected = null;
    this.#early.dismiss('the guest was not moved here');
    this.#early = null;
    this.#listener.accept = (peer) => handleConnection(peer, standingBy(this.#secret));
  }

  /** Serves the guest, which it takes over, from now on. @throws ReplicationError if that cannot be. */
  async serve(guest: ReplicatedGuest): Promise<void> {
    const primary = this.#expected ?? new Primary(this.#primaryOptions(guest));
    this.#expected = null;
    await primary.serveAlone();
    this.#primary = primary;
    this.#early?.serve(primary);
    this.#early = null;
  }

  /** Says that the guest is served without a standby for now, and why; one that it is to have is looked for. */
  goUnsynchronised(why: string): void {
    this.#primary?.goUnsynchronised(why);
  }

  #primaryOptions(guest: ReplicatedGuest): PrimaryOptions {
    const { standby, commit, checkpoint, mode, rehearsal, stopped } = this.options;
    return {
      listenOn: this.#listener,
      secret: this.#secret,
      guest,
      standby,
      commit,
      checkpoint,
      log: this.#log,
      stopped,
      tracked: modes[mode].synchronised,
      ...(rehearsal && { rehearse: () => rehearsal.asSource(mode, guest) }),
    };
  }

  /** Ends because it was asked to. */
  close(): void {
    this.#primary?.end();
    this.#listener.close();
  }
}

/** Turns everybody away. */
function standingBy(secret: string): ConnectionHandler {
  return {
    secret,
    check: () => {
      throw new ReplicationError('standing by: the primary serves the guest');
    },
    enter: () => ({ bytes: () => {} }),
  };
}
