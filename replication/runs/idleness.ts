import { readFileSync } from 'node:fs';

/** Time that the machine's cores have spent since it started, in clock ticks, all cores together. */
export interface CoreTime {
  readonly idle: number;
  readonly total: number;
}

/** What the cores have spent so far; null where the kernel does not say (no `/proc/stat`). */
export function readCoreTime(): CoreTime | null {
  try {
    return parseCoreTime(readFileSync('/proc/stat', 'utf8'));
  } catch {
    return null;
  }
}

/** Reads the first line of `/proc/stat` (proc_stat(5)): user, nice, system, idle, iowait, irq, softirq, steal. */
export function parseCoreTime(text: string): CoreTime | null {
  const [name, ...fields] = text.slice(0, text.indexOf('\n')).split(/ +/);
  const ticks = fields.slice(0, 8).map(Number);
  const [, , , idle, waiting] = ticks;
  if (name !== 'cpu' || idle === undefined || waiting === undefined || !ticks.every(Number.isFinite)) return null;
  return { idle: idle + waiting, total: ticks.reduce((sum, each) => sum + each, 0) };
}

/** Share of the cores' time between two readings in which they had nothing to do; null if too little went by to say. */
export function idleShare(from: CoreTime | null, to: CoreTime | null): number | null {
  if (from === null || to === null || to.total <= from.total) return null;
  return Math.min(1, Math.max(0, (to.idle - from.idle) / (to.total - from.total)));
}
