import { OutputCommitViolation } from '../error.js';

/** What a response says, as far as it is long enough (service.ts). */
export interface Answer {
  readonly count: number;
  /** What the guest had in its table for this key before. */
  readonly previous: number;
  readonly sequence: number;
}

/** What a client knows when an answer comes. */
export interface Expectation {
  /** The request that is due. */
  readonly sequence: number;
  /** The highest count that any client had been told when the request was sent. */
  readonly floor: number;
  /** The request that this client was answered last. */
  readonly acknowledged: number;
  /** The first and the last request that this client has sent. */
  readonly first: number;
  readonly last: number;
}

/** Reads a response of at least `responseHeaderBytes`. */
export function readAnswer(response: Buffer): Answer {
  return {
    count: Number(response.readBigUInt64LE(0)),
    previous: Number(response.readBigUInt64LE(8)),
    sequence: Number(response.readBigUInt64LE(16)),
  };
}

/**
 * Holds an answer against what was acknowledged before: it answers the request, the guest has counted on from all that
 * anyone was told, and its table has this client's last request or a later one, if it has one of this client at all.
 * @returns how many of the client's unanswered requests the guest had done before this one.
 * @throws OutputCommitViolation if it does not fit; `from` is who answered.
 */
export function checkAnswer(answer: Answer, expected: Expectation, from: string): number {
  const { count, previous, sequence } = answer;
  const { floor, acknowledged, first, last } = expected;
  if (sequence !== expected.sequence) {
    throw new OutputCommitViolation(`${from} answered request ${sequence} where ${expected.sequence} was due`);
  }
  if (count <= floor) {
    throw new OutputCommitViolation(
      `${from} counts ${count} where ${floor} was acknowledged before: transactions are lost`,
    );
  }
  // Another client with the same place in the table may have written there since; 0 too, if its requests are short (service.ts).
  const own = previous >= first && previous <= last;
  if (!own) return 0;
  if (previous < acknowledged) {
    throw new OutputCommitViolation(
      `${from} has request ${previous} where ${acknowledged} was acknowledged: it is lost`,
    );
  }
  return previous - acknowledged;
}
