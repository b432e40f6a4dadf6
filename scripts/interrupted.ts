/** The user pressed Ctrl-C; what is finished is kept. */
export class InterruptedError extends Error {
  override readonly name = 'InterruptedError';
}
