import {
  type MigrationRun,
  type Migrations,
  type MigrationsHeader,
  migrationsVersion,
} from '../../results/migrations.js';
import { environment, jitter } from './fixture.js';

const gib = 2 ** 30;

/** Nanoseconds that detection takes, by mode: for each gibibyte, and whatever the memory. */
const detection: Readonly<Record<string, { perGib: number; fixed: number }>> = {
  'kvm-flags': { perGib: 1e6, fixed: 10e3 },
  'kvm-bitmap': { perGib: 1e3, fixed: 5e3 },
  'kvm-ring': { perGib: 0, fixed: 6e3 },
};

/** What of the made-up migrations is measured. */
export interface MigrationSample {
  readonly header: Partial<MigrationsHeader>;
  readonly memories: readonly number[];
  /** How each run differs from what it would be. */
  readonly change: (run: MigrationRun) => MigrationRun;
  readonly finished: (run: MigrationRun) => boolean;
}

/** A results file of migrations made up from a cost of each part of the downtime. */
export function sampleMigrations(given: Partial<MigrationSample> = {}): Migrations {
  const memories = given.memories ?? [gib / 2, 4 * gib];
  const points = memories.flatMap((memoryBytes) => Object.keys(detection).map((mode) => ({ mode, memoryBytes })));
  const header: MigrationsHeader = {
    kind: 'migrations',
    schema: migrationsVersion,
    version: '0.0.0',
    command: 'dirtybench downtime --rounds 5',
    startedAt: '2024-01-01T00:00:00Z',
    environment: { ...environment, kvm: { backend: 'vmx', paging: 'ept', pml: true, nested: false, warnings: [] } },
    load: 0,
    guest: 'kvm',
    guestNote: 'KVM',
    workload: 'netperf-rr',
    pagesPerTransaction: 16,
    connections: 1,
    seconds: 1,
    warmupSeconds: 0.2,
    downtimeMs: 5,
    rounds: 5,
    seed: 1,
    points,
    twin: null,
    unavailable: [],
    ...given.header,
  };
  const runs = Array.from({ length: header.rounds }, (_, round) =>
    points.map((_point, point) => runOf(header, point, round)),
  )
    .flat()
    .map(given.change ?? ((run) => run))
    .filter(given.finished ?? (() => true));
  return { header, runs, warnings: [] };
}

function runOf(header: MigrationsHeader, point: number, round: number): MigrationRun {
  const { mode = '', memoryBytes = 0 } = header.points[point] ?? {};
  const { perGib, fixed } = detection[mode] ?? { perGib: 0, fixed: 0 };
  const factor = jitter(round + point, 0.01);
  const [detectionNs, sendNs] = [(fixed + (perGib * memoryBytes) / gib) * factor, 100e3 * factor];
  return {
    kind: 'run',
    point,
    twin: false,
    round,
    startedAt: '2024-01-01T00:00:00Z',
    precopy: [
      { pages: 4000, bytes: 16e6, ns: 20e6, detectionNs, found: 500 },
      { pages: 500, bytes: 2e6, ns: 3e6, detectionNs, found: 40 },
    ],
    move: {
      converged: true,
      pages: 48,
      bytes: 200_000,
      downtime: { detection: detectionNs, copy: sendNs, transfer: sendNs, resume: 10 * sendNs, redirect: sendNs },
      clients: 1,
    },
    longestWaitNs: { before: 1e6 * factor, during: 3e6 * factor },
    transactions: 2000,
    verified: { epoch: 1, sha256: 'digest', pages: 4500 },
  };
}
