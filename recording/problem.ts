import { UserError } from '../base/usererror.js';

/** A recording that cannot be made as it was asked for; the message says why and what helps, in a line. */
export class RecordingError extends UserError {
  override readonly name = 'RecordingError';
}
