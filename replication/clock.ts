import { readFileSync } from 'node:fs';

/** Nanoseconds of the machine's monotonic clock, which every process of this boot shares. */
export function now(): number {
  return Number(process.hrtime.bigint());
}

/** What tells this boot of this machine from others: two processes with the same text read the same clock. */
export function bootIdentity(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return '';
  }
}
