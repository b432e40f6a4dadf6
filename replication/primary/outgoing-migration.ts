import type { Move, PrecopyRound } from '../../results/migrations.js';
import { type Address, formatAddress } from '../address.js';
import { now } from '../clock.js';
import { HandedOverError, RefusedError, ReplicationError } from '../error.js';
import type { Events } from '../events.js';
import type { ReplicatedGuest } from '../guest/guest.js';
import { type DigestReply, digestInTurns } from '../memory/digest.js';
import { Link } from '../transfer/link.js';
import type { Synced } from '../transfer/resync.js';
import { type Connection, connect } from '../wire/connection.js';
import { EpochWriter } from '../wire/epoch.js';
import type { Peer } from '../wire/listener.js';
import type { MigrateRequest } from '../wire/migration.js';
import type { ProtectedGuest } from './protected.js';
import type { Session } from './session.js';

/** What is moved, and whom it serves. */
export interface MigrationSource {
  readonly guest: ReplicatedGuest;
  readonly protected: ProtectedGuest;
  readonly secret: string;
  readonly events: Events;
  /** Done before the guest is moved; absent: nothing. */
  readonly rehearse?: (() => Promise<unknown>) | undefined;
  /** The sessions that are open when it is called. */
  readonly sessions: () => ReadonlyMap<Session, Peer>;
}

const connectTimeoutMs = 5000;
const ackTimeoutMs = 30_000;
const servingTimeoutMs = 30_000;
const preparingTimeoutMs = 10_000;
/** A target that listens on all its addresses is reached where it was reached before. */
const everyAddress = new Set(['0.0.0.0', '::']);

/** A guest that serves elsewhere now; what is left of it here never runs again. */
export class OutgoingMigration {
  /** Where clients connect from now on. */
  readonly serving: Address;
  readonly move: Move;
  readonly #source: MigrationSource;
  readonly #link: Link;
  readonly #epoch: number;

  private constructor(source: MigrationSource, link: Link, { serving, move, epoch }: Arrival) {
    this.#source = source;
    this.#link = link;
    this.serving = serving;
    this.move = move;
    this.#epoch = epoch;
  }

  /**
   * Moves the guest: its memory while it goes on serving; then it stops, the rest follows, it is started there, and each of
   * its clients' connections is redirected there.
   * @throws HandedOverError if it may serve there, and must not run here again; another ReplicationError if it stays here.
   */
  static async begin(
    source: MigrationSource,
    order: MigrateRequest,
    round: (round: PrecopyRound) => void,
  ): Promise<OutgoingMigration> {
    const { guest, secret } = source;
    const times = { timeoutMs: connectTimeoutMs, ackTimeoutMs };
    const link = await Link.open({ address: order.to, secret, guest, purpose: 'migration', ...times });
    const ahead = new Map<Session, Connection>();
    try {
      const [serving] = await Promise.all([link.prepare(preparingTimeoutMs), source.rehearse?.()]);
      await openAhead(source, reachable(serving, order.to), ahead);
      const writer = new EpochWriter(guest, 'raw');
      const inStep = await source.protected.bringIntoStep(link, writer, { ...order, round });
      return new OutgoingMigration(source, link, await handOver(source, link, { inStep, to: order.to, ahead }));
    } catch (error) {
      link.close();
      for (const connection of ahead.values()) connection.socket.destroy();
      throw error;
    }
  }

  /** Memory and vCPU state as they were when the guest changed over, here and there. */
  async digest(): Promise<DigestReply> {
    const { guest } = this.#source;
    const state = Buffer.alloc(guest.stateBytes);
    guest.readState(state, 0);
    const primary = await digestInTurns(this.#epoch, guest, state, () => this.#link.lost === null);
    return { primary, standby: await this.#link.digest() };
  }

  /** Redirects a client that connected after the switchover. */
  async redirect(session: Session, peer: Peer): Promise<void> {
    await redirect(this.#source, session, peer, this.serving);
  }

  close(): void {
    this.#link.close();
  }
}

/** Connections to where the guest will serve, each for a client of the guest where it serves now. */
type OpenedAhead = ReadonlyMap<Session, Connection>;

/** Opens them while the guest still serves here. One that fails is opened later, as for a client that comes later. */
async function openAhead(source: MigrationSource, address: Address, opened: Map<Session, Connection>): Promise<void> {
  const { secret } = source;
  const open = async (session: Session) => {
    const { requestBytes, responseBytes } = session;
    const wish = { role: 'client', requestBytes, responseBytes } as const;
    try {
      opened.set(session, await connect({ address, secret, timeoutMs: connectTimeoutMs, wish }));
    } catch (error) {
      source.events.sayOften('not ahead', `primary: no connection ahead for a client: ${messageOf(error)}`);
    }
  };
  await Promise.all([...source.sessions().keys()].map(open));
}

/** The address at which a target that names this one is reached from here. */
function reachable({ host, port }: Address, to: Address): Address {
  return { host: everyAddress.has(host) ? to.host : host, port };
}

/** How the guest came to where it serves now. */
interface Arrival {
  readonly serving: Address;
  readonly move: Move;
  readonly epoch: number;
}

/**
 * Once the target was told to start the guest, the guest never runs here again unless the target refuses: where
 * it says nothing, its answer that it serves may have been lost, and two copies of one guest must not answer.
 * @throws RefusedError if it refuses, HandedOverError if it is lost or says nothing.
 */
async function handOver(
  source: MigrationSource,
  link: Link,
  { inStep, to, ahead }: { readonly inStep: Synced; readonly to: Address; readonly ahead: OpenedAhead },
): Promise<Arrival> {
  const begunNs = now();
  let serving: Address;
  try {
    serving = reachable(await link.handOver(servingTimeoutMs), to);
  } catch (error) {
    if (!(error instanceof RefusedError)) {
      throw new HandedOverError(
        `the guest was handed over to ${formatAddress(to)}, and may serve there: ${messageOf(error)}`,
      );
    }
    inStep.goOn();
    throw error;
  }
  const resumedNs = now();
  const clients = await Promise.all(
    [...source.sessions()].map(([session, peer]) => {
      const opened = ahead.get(session);
      if (opened === undefined || opened.socket.destroyed) return redirect(source, session, peer, serving);
      session.redirect(opened);
      return true;
    }),
  );
  for (const [session, { socket }] of ahead) if (!session.redirected) socket.destroy();
  const { converged, pages, bytes, epoch, detectionNs: detection, copyNs: copy, transferNs: transfer } = inStep;
  const downtime = { detection, copy, transfer, resume: resumedNs - begunNs, redirect: now() - resumedNs };
  return { serving, epoch, move: { converged, pages, bytes, downtime, clients: clients.filter(Boolean).length } };
}

/** Redirects a client's connection to where the guest serves now; false: that could not be reached, and the client is gone. */
async function redirect(
  { secret, events }: MigrationSource,
  session: Session,
  peer: Peer,
  address: Address,
): Promise<boolean> {
  const { requestBytes, responseBytes } = session;
  const wish = { role: 'client', requestBytes, responseBytes } as const;
  try {
    session.redirect(await connect({ address, secret, timeoutMs: connectTimeoutMs, wish }));
    return true;
  } catch (error) {
    events.sayOften(
      'not redirected',
      `primary: a client cannot be redirected to ${formatAddress(address)}: ${messageOf(error)}`,
    );
    peer.dismiss(`its guest serves on ${formatAddress(address)} now`);
    return false;
  }
}

function messageOf(error: unknown): string {
  if (error instanceof ReplicationError) return error.message;
  throw error;
}
