import { readFileSync } from 'node:fs';

/** A range of a process's address space, as /proc/PID/maps lists it. */
export interface MemoryRange {
  readonly start: number;
  /** The address after its last. */
  readonly end: number;
  readonly writable: boolean;
  readonly executable: boolean;
  /** Others see what is written there. */
  readonly shared: boolean;
  /** What is mapped: a file's path, `[heap]`, `[stack]`; empty for anonymous memory. */
  readonly name: string;
}

/** The ranges of process `pid`, by address. @throws Error as readFileSync does, if it is gone. */
export function readMaps(pid: number): MemoryRange[] {
  return parseMaps(readFileSync(`/proc/${pid}/maps`, 'utf8'));
}

/** Reads the text of /proc/PID/maps. */
export function parseMaps(text: string): MemoryRange[] {
  const ranges: MemoryRange[] = [];
  for (const line of text.split('\n')) {
    const match = /^([0-9a-f]+)-([0-9a-f]+) .(.)(.)(.) \S+ \S+ \S+\s*(.*)$/.exec(line);
    if (match === null) continue;
    const [, start = '', end = '', write, execute, share, name = ''] = match;
    // [vsyscall] lies above what a number of 53 bits tells apart; nobody writes there.
    if (start.length > 13) continue;
    ranges.push({
      start: Number.parseInt(start, 16),
      end: Number.parseInt(end, 16),
      writable: write === 'w',
      executable: execute === 'x',
      shared: share === 's',
      name,
    });
  }
  return ranges;
}
