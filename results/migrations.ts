import { z } from 'zod';
import { type Runs, type RunsFormat, readRuns } from './runs.js';
import { environmentSchema } from './schema.js';

/** Version of the results file of migrations; a reader refuses others. */
export const migrationsVersion = 1;

const count = z.int().nonnegative();
const bytes = z.int().positive();
const ns = z.number().nonnegative();

/** One round of pre-copy: pages sent while the guest went on serving, and the detection of those it wrote meanwhile. */
export const precopyRoundSchema = z.strictObject({
  pages: count,
  bytes: count,
  ns,
  detectionNs: ns,
  /** Pages that this detection found: what is left to send. */
  found: count,
});

export type PrecopyRound = z.infer<typeof precopyRoundSchema>;

/**
 * The parts of a downtime, in the order they come: the dirty pages are listed; they and the vCPU state are put into frames;
 * those are sent and acknowledged; the target starts the guest; the clients' connections are led there.
 */
export const downtimeParts = ['detection', 'copy', 'transfer', 'resume', 'redirect'] as const;

/** One of them. */
export type DowntimePart = (typeof downtimeParts)[number];

/** A guest that was moved: the end of it, after the rounds of pre-copy. */
export const moveSchema = z.strictObject({
  /** False: what was left did not fit the downtime asked for, and the guest was stopped all the same. */
  converged: z.boolean(),
  /** Pages sent while the guest stood still, and bytes on the wire. */
  pages: count,
  bytes: count,
  /** Nanoseconds of each part. */
  downtime: z.record(z.enum(downtimeParts), ns),
  /** Clients whose connections were led to the target. */
  clients: count,
});

export type Move = z.infer<typeof moveSchema>;

/** Nanoseconds from the guest's stop here to its service there. */
export function downtimeNs({ downtime }: Pick<Move, 'downtime'>): number {
  return downtimeParts.reduce((sum, part) => sum + downtime[part], 0);
}

/** What was measured: how the source finds dirty pages, and its guest's memory. */
const pointSchema = z.strictObject({ mode: z.string(), memoryBytes: bytes });

export type MigrationPoint = z.infer<typeof pointSchema>;

/** First line: what was to be measured, where, and how to do it again. */
const headerSchema = z.strictObject({
  kind: z.literal('migrations'),
  schema: z.literal(migrationsVersion),
  /** Version of dirtybench. */
  version: z.string(),
  /** What to type to measure this again. */
  command: z.string(),
  startedAt: z.iso.datetime(),
  environment: environmentSchema,
  /** Load average over one minute when the run began. */
  load: z.number().nonnegative(),
  /** `kvm`, or `simulated` where there is no virtual machine; then why. */
  guest: z.enum(['kvm', 'simulated']),
  guestNote: z.string(),
  workload: z.string(),
  /** Pages that a transaction changes, with that of the guest's own count and table. */
  pagesPerTransaction: z.int().positive(),
  /** Clients, each of which asks again when it is answered. */
  connections: z.int().positive(),
  /** Seconds of load before the guest is moved, and after. */
  seconds: z.number().positive(),
  /** Longest downtime that is aimed at, in milliseconds. */
  downtimeMs: z.number().positive(),
  rounds: z.int().positive(),
  seed: count,
  points: z.array(pointSchema).min(1),
  /** Modes that cannot run on this machine, why, and what would make them. */
  unavailable: z.array(z.strictObject({ mode: z.string(), why: z.string(), remedy: z.string() })),
});

export type MigrationsHeader = z.infer<typeof headerSchema>;

/** One run: a guest moved under load, in processes of its own. */
const runSchema = z.strictObject({
  kind: z.literal('run'),
  /** Index into the header's points. */
  point: count,
  /** There is no A/A pair among migrations: always false. */
  twin: z.literal(false),
  round: count,
  startedAt: z.iso.datetime(),
  precopy: z.array(precopyRoundSchema),
  move: moveSchema,
  /** Longest that a client waited for a response, before and while the guest was moved, in nanoseconds. */
  longestWaitNs: z.strictObject({ before: ns, during: ns }),
  /** Transactions acknowledged to clients in the whole run: all were found in the guest after it was moved. */
  transactions: count,
  /** What memory and vCPU state were when the guest changed over, on both sides, byte for byte. */
  verified: z.strictObject({ epoch: count, sha256: z.string(), pages: count }),
});

export type MigrationRun = z.infer<typeof runSchema>;

/** A results file of migrations, read. */
export type Migrations = Runs<MigrationsHeader, MigrationRun>;

/** Results files of migrations. */
export const migrationsFormat: RunsFormat<MigrationsHeader, MigrationRun> = {
  header: headerSchema,
  run: runSchema,
  same: [
    'version',
    'environment',
    'guest',
    'workload',
    'pagesPerTransaction',
    'connections',
    'seconds',
    'downtimeMs',
    'points',
  ],
};

/**
 * Reads a results file of migrations; null if nothing in it is finished.
 * @throws ResultsError if the file cannot be read or a line is not what it should be.
 */
export function readMigrations(path: string): Migrations | null {
  return readRuns(path, migrationsFormat);
}
