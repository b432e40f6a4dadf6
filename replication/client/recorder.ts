import type { Answer } from './answer.js';

/** What a client was told: its request was the guest's transaction number `count`, counted from 1. */
export interface Receipt extends Answer {
  /** The client's place in the guest's table. */
  readonly key: number;
}

/** Hears what all clients of a guest are told. */
export interface AnswerRecorder {
  /** The highest count that anyone was told. */
  readonly highest: number;
  told(receipt: Receipt): void;
  /** A request is sent again: the guest may have done it already, and may do it once more. */
  repeated(key: number, sequence: number): void;
}

/** Remembers no more than how far the guest has counted. */
export class HighestCount implements AnswerRecorder {
  highest = 0;

  told({ count }: Receipt): void {
    this.highest = Math.max(this.highest, count);
  }

  repeated(): void {}
}
