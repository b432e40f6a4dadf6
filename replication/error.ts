import { exitCodes, UserError } from '../base/usererror.js';

/** What stops a primary, a standby or a client; the message is for the user and names the value and the remedy. */
export class ReplicationError extends UserError {
  override readonly name = 'ReplicationError';
}

/**
 * What a guest's clients were told contradicts itself: something acknowledged is lost, or two sides answered. The message
 * names the transaction.
 */
export class OutputCommitViolation extends UserError {
  override readonly name = 'OutputCommitViolation';
  override readonly exitCode = exitCodes.finding;
}

/** Nobody answers where the other side should be: nothing listens there, or it says nothing, or not in time. */
export class UnreachableError extends ReplicationError {}

/** The other side was there, and is gone, or breaks the protocol. */
export class LostError extends ReplicationError {}

/** The other side was asked for something and refused: nothing was done. */
export class RefusedError extends ReplicationError {}

/** A guest that was to move was given away, and it is not known whether it runs there: it must not run here again. */
export class HandedOverError extends ReplicationError {}

/** The standby has taken over: the primary before it must not answer again, and need not ask again. */
export class SupersededError extends ReplicationError {}
