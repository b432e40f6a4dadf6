import type { BeginningFlags } from '../../measure/beginning.js';
import type { ModeName } from '../../replication/guest/modes.js';
import type { Companion } from './companion.js';
import { makeMigrationsHeader, measureMigrationsInto } from './migrations.js';

const large = {
  command: 'dirtybench downtime --memory 4G --tracker kvm-flags,kvm-ring --rounds 5 --duration 0.1',
  memories: [2 ** 32],
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

const twoSizes = {
  ...large,
  command: large.command.replace('4G', '512M,4G'),
  memories: [2 ** 29, ...large.memories],
};

/** The short form of `dirtybench downtime` that a report includes where it is asked for: one guest size in two minutes, in the published one two sizes. */
export function migrationsCompanion(published: boolean, flags: BeginningFlags): Companion {
  const settings = published ? twoSizes : large;
  return {
    name: 'migrations',
    announcement: 'moving guests under load from one process to another',
    measure: (path) => measureMigrationsInto(path, makeMigrationsHeader(settings, 'auto', flags)),
  };
}
