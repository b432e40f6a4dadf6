import { type BeginningFlags, runBeginning } from '../../measure/beginning.js';
import { measureDowntimes } from '../../measure/transactions/migrations.js';
import type { GuestChoice, ModeName } from '../../replication/guest/modes.js';
import {
  type Migrations,
  type MigrationsHeader,
  migrationsFormat,
  migrationsVersion,
} from '../../results/migrations.js';
import { modesHere } from './machine.js';
import { measureRunsInto, ownCommand } from './runs.js';

/** What is to be measured of migrations. */
export interface MigrationSettings
  extends Pick<
    MigrationsHeader,
    | 'command'
    | 'workload'
    | 'pagesPerTransaction'
    | 'connections'
    | 'seconds'
    | 'warmupSeconds'
    | 'downtimeMs'
    | 'rounds'
    | 'seed'
  > {
  readonly memories: readonly number[];
  readonly modes: readonly ModeName[];
}

/**
 * The first line of the results file of a run that begins now on this machine.
 * @throws UsageError if no mode can run here.
 */
export function makeMigrationsHeader(
  settings: MigrationSettings,
  choice: GuestChoice,
  flags: BeginningFlags,
): MigrationsHeader {
  const { memories, modes: asked, ...same } = settings;
  const { usable, ...here } = modesHere(asked, choice);
  const points = memories.flatMap((memoryBytes) => usable.map((mode) => ({ mode, memoryBytes })));
  const twinMode = usable.includes('kvm-ring') ? 'kvm-ring' : usable.at(-1);
  const largest = Math.max(...memories);
  return {
    kind: 'migrations',
    schema: migrationsVersion,
    ...runBeginning(flags),
    ...here,
    ...same,
    points,
    // The queue at the largest memory, where reports hold the other modes against it; without it, the last mode there.
    twin: points.findIndex(({ mode, memoryBytes }) => mode === twinMode && memoryBytes === largest),
  };
}

/**
 * Measures into a results file, with a progress bar; what the file already holds of the same run is not measured again.
 * @throws InterruptedError on Ctrl-C, ReplicationError, OutputCommitViolation, ResultsError.
 */
export function measureMigrationsInto(path: string, header: MigrationsHeader): Promise<Migrations> {
  return measureRunsInto(path, migrationsFormat, header, (file, signal, progress) =>
    measureDowntimes(file, header, ownCommand(), signal, progress),
  );
}
