import { readFileSync } from 'node:fs';

/** How far a process has come, as the kernel counts for all its threads. */
export interface Progress {
  /** Calls of write, writev, pwrite and sendfile; those of send are not counted. */
  readonly writeCalls: number;
  /** Time that it spent in its own code, in milliseconds. */
  readonly userMs: number;
  /** When this was, in milliseconds of some clock. */
  readonly at: number;
}

/** How fast a process goes on: its write calls a second, and the milliseconds of its own code a second. */
export interface Pace {
  readonly writeCalls: number;
  readonly userMs: number;
}

/** A process's pace while it was recorded, and by itself before and after that. Null: it was not there then, or not looked at. */
export interface Paces {
  readonly recorded: Pace | null;
  readonly before: Pace | null;
  readonly after: Pace | null;
  /** How often its threads were stopped, a second, while it was recorded. */
  readonly stops: number;
}

/** How much slower a program was while it was recorded. `by` names the measure that all three paces are given in, each a second. */
export interface Slowdown {
  readonly by: keyof Pace;
  readonly recorded: number;
  readonly before: number | null;
  readonly after: number | null;
  /** How many times slower than by itself: before, if that is known. */
  readonly factor: number;
}

/** USER_HZ, by which /proc counts time. */
const msPerTick = 10;
/** Fields of /proc/PID/stat after the name: the state is field 3, the time in user mode field 14. */
const userTimeField = 14 - 3;
/** The least of each measure, a second, that a program must do by itself for its pace to be compared. */
const least = { writeCalls: 20, userMs: 50 } as const;
/**
 * Most stops in a millisecond of a program's own code for that time to tell its pace. One that waits for requests is stopped several
 * times for each; the little that it computes between two stops takes longer each time, so that its time says next to nothing
 * of the requests that it has answered.
 */
const mostStopsPerMs = 1;

/** How far process `pid` is; null if it is gone, or is not to be seen by this user. */
export function readProgress(pid: number): Progress | null {
  try {
    const [, calls = ''] = /^syscw: (\d+)$/m.exec(readFileSync(`/proc/${pid}/io`, 'utf8')) ?? [];
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const ticks = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[userTimeField];
    return { writeCalls: Number(calls), userMs: Number(ticks) * msPerTick, at: performance.now() };
  } catch {
    return null;
  }
}

/** The pace between two looks at a process; null if one of them is missing, or they are no time apart. */
export function paceBetween(from: Progress | null, to: Progress | null): Pace | null {
  if (from === null || to === null || to.at <= from.at) return null;
  const seconds = (to.at - from.at) / 1000;
  return { writeCalls: (to.writeCalls - from.writeCalls) / seconds, userMs: (to.userMs - from.userMs) / seconds };
}

/** How much slower a program was; null where its paces do not tell. */
export function slowdownOf({ recorded, before, after, stops }: Paces): Slowdown | null {
  const alone = before ?? after;
  if (recorded === null || alone === null) return null;
  const tells = { writeCalls: true, userMs: stops <= mostStopsPerMs * recorded.userMs } as const;
  const measures = ['writeCalls', 'userMs'] as const;
  const by = measures.find((measure) => tells[measure] && alone[measure] >= least[measure] && recorded[measure] > 0);
  if (by === undefined) return null;
  return {
    by,
    recorded: recorded[by],
    before: before?.[by] ?? null,
    after: after?.[by] ?? null,
    factor: alone[by] / recorded[by],
  };
}
