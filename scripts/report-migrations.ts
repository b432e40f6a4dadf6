import type { ModeName } from '../replication/guest/modes.js';
import type { Companion } from './companion.js';
import { makeMigrationsHeader, measureMigrationsInto } from './migrations.js';

/** The short form of `dirtybench downtime` that a report includes: about 25 seconds. */
const short = {
  command: 'dirtybench downtime --memory 512M,4G --modes kvm-flags,kvm-ring --rounds 5 --seconds 0.1',
  memories: [2 ** 29, 2 ** 32],
  modes: ['kvm-flags', 'kvm-ring'] satisfies ModeName[],
  workload: 'netperf-rr',
  pagesPerTransaction: 16,
  connections: 1,
  downtimeMs: 5,
  rounds: 5,
  seconds: 0.1,
  warmupSeconds: 6,
  seed: 1,
};

export const migrationsCompanion: Companion = {
  name: 'migrations',
  announcement: 'moving guests under load from one process to another',
  measure: (path) => measureMigrationsInto(path, makeMigrationsHeader(short, 'auto')),
};
