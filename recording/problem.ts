/** A recording that cannot be made as it was asked for; the message says why and what helps, in a line. */
export class RecordingError extends Error {
  override readonly name = 'RecordingError';
}
