import { readFileSync } from 'node:fs';
import { availableParallelism, freemem, totalmem } from 'node:os';

/** Where systems mount the folders of control groups that limit processor time: version 2, and the two ways of version 1. */
const mounts = ['/sys/fs/cgroup', '/sys/fs/cgroup/cpu', '/sys/fs/cgroup/cpu,cpuacct'] as const;

/**
 * Cores that this process may use at once: those of the machine, less what its affinity (`taskset`) and the quota of its
 * control group (`docker run --cpus`) take away; at least 1. Node 20 knows of the affinity alone.
 */
export function usableCores(): number {
  return Math.max(1, Math.floor(Math.min(availableParallelism(), readQuota('/proc/self/cgroup', mounts))));
}

/** Bytes of memory that this process may come to use: those of the machine, or what its control group (`docker run -m`) leaves it. */
export function usableMemory(): number {
  // Absent, or more than there can be, where there is no limit.
  return Math.min(totalmem(), process.constrainedMemory() || Number.POSITIVE_INFINITY);
}

/** Bytes of that which are free now, as far as the machine goes: what else its control group uses can mostly be reclaimed. */
export function freeMemory(): number {
  return Math.min(freemem(), usableMemory());
}

/** Cores' worth of time that the control groups of this process leave it; infinite if none limits it. */
export function readQuota(membership: string, roots: readonly string[]): number {
  const paths = (read(membership) ?? '').split('\n').map((line) => line.split(':').slice(2).join(':'));
  const folders = new Set([...paths, '/'].filter((path) => path !== '').flatMap(withParents));
  return Math.min(...roots.flatMap((root) => [...folders].map((folder) => quotaOf(root + folder))));
}

/** A folder and all above it: each may have a limit. */
function withParents(path: string): string[] {
  const names = path.split('/').filter((name) => name !== '');
  return Array.from({ length: names.length + 1 }, (_, count) => `/${names.slice(0, count).join('/')}`);
}

/** What cpu.max (`200000 100000`, `max 100000`) or its two forerunners (-1: no limit) say, in microseconds. */
function quotaOf(folder: string): number {
  const [quota, period] = (
    read(`${folder}/cpu.max`) ?? `${read(`${folder}/cpu.cfs_quota_us`)} ${read(`${folder}/cpu.cfs_period_us`)}`
  )
    .split(/\s+/)
    .map(Number);
  return quota !== undefined && period !== undefined && quota > 0 && period > 0
    ? quota / period
    : Number.POSITIVE_INFINITY;
}

function read(path: string): string | null {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return null;
  }
}
