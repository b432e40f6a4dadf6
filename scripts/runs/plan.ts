import { formatSize } from '../../base/size.js';
import { toText } from '../../reports/markdown/table.js';
import { formatSeconds } from '../terminal/progress.js';

/** A run of servers that `--dry-run` describes. */
interface RunsPlan {
  readonly guestNote: string;
  readonly points: readonly { readonly mode: string; readonly memoryBytes: number; readonly [axis: string]: unknown }[];
  /** Null: no point is measured twice. */
  readonly twin: number | null;
  readonly rounds: number;
}

/** The flag that an axis is given by, where it has another name. */
const flagOf: Readonly<Record<string, string>> = { mode: 'tracker', memoryBytes: 'memory', pollUs: 'poll-us' };

/** Every point by its axes, how many rounds there will be, and how long they take at most, if one takes `roundSeconds`. */
export function runsPlanText({ guestNote, points, twin, rounds }: RunsPlan, roundSeconds: number): string {
  const axes = [...new Set(points.flatMap((point) => Object.keys(point)))];
  const table = toText({
    of: 'words',
    header: axes.map((axis) => flagOf[axis] ?? axis),
    rows: points.map((point) => axes.map((axis) => valueText(axis, point[axis]))),
  });
  const all = rounds * (points.length + (twin === null ? 0 : 1));
  const count = points.length === 1 ? '1 point' : `${points.length} points`;
  return `guest: ${guestNote}\n${table}\n${count}, ${all} rounds, at most about ${formatSeconds(all * roundSeconds)}\n`;
}

function valueText(axis: string, value: unknown): string {
  if (value === undefined) return '–';
  return axis === 'memoryBytes' && typeof value === 'number' ? formatSize(value) : String(value);
}

/** The option that asks for it. */
export const dryRunFlag = [
  '--dry-run',
  'print the points and the longest time they take, and measure nothing',
] as const;

/** What starting and ending the processes of one round takes, in seconds, in the order of magnitude. */
export const startSeconds = 2;
