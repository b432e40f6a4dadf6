import type { EpochList } from './epochs.js';
import type { Run } from './numbering.js';
import type { Paces } from './pace.js';
import type { EpochRule } from './rule.js';
import type { TracerLimits } from './tracer.js';

/** What is recorded: a process that runs already, or a command that is started. */
export type RecordingTarget =
  | { readonly kind: 'process'; readonly pid: number }
  | { readonly kind: 'command'; readonly command: readonly string[] };

/** What to record. */
export interface RecordingPlan {
  readonly target: RecordingTarget;
  readonly rule: EpochRule;
  readonly limits: TracerLimits;
  /** Longest that it may take, with what is left out first, in milliseconds from when `began` is told (session.ts); null for no limit. */
  readonly durationMs: number | null;
  /**
   * For how long the program's own pace is measured, in milliseconds, each time: before it is recorded, if it runs by then, and after that, if
   * it still runs; 0 for not at all.
   */
  readonly aloneMs: number;
}

/** What the recording thread is started with. */
export type ThreadPlan = Omit<RecordingPlan, 'durationMs' | 'aloneMs'> & {
  /** Shared with the thread that started it: those of a `Control` (control.ts). */
  readonly words: Int32Array<SharedArrayBuffer>;
};

/** What was recorded. */
export interface Recorded {
  readonly pid: number;
  readonly epochs: EpochList;
  /** Pages that were in memory at the end, and at each exec before it. */
  readonly present: readonly Run[];
  /** What each collection took, in nanoseconds. */
  readonly collections: Float64Array;
  /** From the beginning of the first recorded epoch to the end. */
  readonly seconds: number;
  /** Stops of its threads in that time. */
  readonly stops: number;
  /** System calls that the recorder made in that time, to watch its memory and to find what was written. */
  readonly calls: number;
  readonly paces: Paces;
  /** What could not be watched, with its bytes. */
  readonly unseen: readonly (readonly [name: string, bytes: number])[];
  /** How the process ended: by itself with `code` where `signal` is 0, else by that signal; null if it did not end. */
  readonly exit: { readonly code: number; readonly signal: number } | null;
}

/**
 * What the recording thread says: `recording` if it comes so far, then `ended` or `failed`. An error's `name` stands for its class, which is
 * lost on the way between threads.
 */
export type FromThread =
  | { readonly kind: 'recording'; readonly pid: number }
  | { readonly kind: 'ended'; readonly recorded: Recorded }
  | { readonly kind: 'failed'; readonly name: string; readonly message: string; readonly stack: string };
