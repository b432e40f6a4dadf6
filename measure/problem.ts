import { UserError } from '../base/usererror.js';

/** Something the user asked for that cannot be; the message is one line that names the value and what is allowed. */
export class UsageError extends UserError {
  override readonly name = 'UsageError';
}

/** A round that the kernel refused, at its start or half-way, or whose process ended; other points can still be measured. */
export class RoundFailure extends Error {
  override readonly name = 'RoundFailure';
}
