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

/** USER_HZ, which /proc counts in: 100 on x86-64, whatever the kernel's own clock (CONFIG_HZ) ticks at. */
const ticksPerSecond = 100;

/** Processor time that a process has taken so far, in seconds; null where the kernel does not say. */
export function readProcessorSeconds(pid: number): number | null {
  try {
    return parseProcessorSeconds(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return null;
  }
}

/** Reads `/proc/PID/stat` (proc_pid_stat(5)): utime and stime stand 11 and 12 fields behind the name's closing bracket. */
export function parseProcessorSeconds(text: string): number | null {
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const ticks = Number(fields[11]) + Number(fields[12]);
  return Number.isFinite(ticks) ? ticks / ticksPerSecond : null;
}

/** Share of the cores' time between two readings in which they had nothing to do; null if too little went by to say. */
export function idleShare(from: CoreTime | null, to: CoreTime | null): number | null {
  if (from === null || to === null || to.total <= from.total) return null;
  return Math.min(1, Math.max(0, (to.idle - from.idle) / (to.total - from.total)));
}
