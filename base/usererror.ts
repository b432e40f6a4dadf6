/** How dirtybench ends when something is wrong that its user can mend, or that it was told to look for. */
export const exitCodes = {
  /** What it was told to test has failed: a page lost, an acknowledged response lost. */
  finding: 1,
  /** What was asked for cannot be done. */
  usage: 2,
  /** Some points could not be measured; all others were. */
  incomplete: 3,
  /** `compare --fail-on slower` found a point that is. */
  slower: 4,
  /** Ctrl-C. */
  interrupted: 130,
} as const;

/** One of the exit codes that an error of the user's ends with. */
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** An error that is no fault of dirtybench: its message says all there is to say, in a line, with the remedy where there is one. */
export class UserError extends Error {
  readonly exitCode: ExitCode = exitCodes.usage;
}

/** What a trial was made to find has happened; the message says what, and how to do it again. */
export class FailedTrialError extends UserError {
  override readonly name = 'FailedTrialError';
  override readonly exitCode = exitCodes.finding;
}
