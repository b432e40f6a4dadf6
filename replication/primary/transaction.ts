import { now } from '../clock.js';
import type { ReplicatedGuest } from '../guest/guest.js';
import type { Session } from './session.js';
import { Moments } from './stage-times.js';

/** A request that the guest has served, and its response, which has not gone out yet. */
export interface Transaction {
  readonly session: Session;
  readonly response: Buffer;
  readonly moments: Moments;
}

/**
 * Puts a session's request into the guest and runs it until its I/O. The caller has still to record when the guest stopped
 * (`moments.stop`).
 */
export function transact(guest: ReplicatedGuest, session: Session, request: Buffer): Transaction {
  guest.accept(request, session.responseBytes);
  const moments = new Moments(session.arrivedNs, now());
  guest.run();
  const response = Buffer.allocUnsafe(session.responseBytes);
  guest.respond(response);
  return { session, response, moments };
}
