import { z } from 'zod';
import {
  type Runs,
  type RunsFormat,
  readRuns,
  runShape,
  runsHeaderShape,
  sameInAllRuns,
  verifiedSchema,
} from './runs.js';

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

/** A round of pre-copy, once parsed. */
export type PrecopyRound = z.infer<typeof precopyRoundSchema>;

/**
 * The parts of a downtime, in the order they come: the dirty pages are listed; they and the vCPU state are put into frames;
 * those are sent and acknowledged; the target starts the guest; the clients' connections are redirected there.
 */
export const downtimeParts = ['detection', 'copy', 'transfer', 'resume', 'redirect'] as const;

/** A part of a downtime. */
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
  /** Clients whose connections were redirected to the target. */
  clients: count,
});

/** A guest that was moved, once parsed. */
export type Move = z.infer<typeof moveSchema>;

/** Nanoseconds from the guest's stop here to its service there. */
export function downtimeNs({ downtime }: Pick<Move, 'downtime'>): number {
  return downtimeParts.reduce((sum, part) => sum + downtime[part], 0);
}

/** What was measured: how the source finds dirty pages, and its guest's memory. */
const pointSchema = z.strictObject({ mode: z.string(), memoryBytes: bytes });

/** A point, once parsed. */
export type MigrationPoint = z.infer<typeof pointSchema>;

/** First line: what was to be measured, where, and how to do it again. */
const headerSchema = z.strictObject({
  kind: z.literal('migrations'),
  schema: z.literal(migrationsVersion),
  ...runsHeaderShape,
  /** Clients, each of which asks again when it is answered. */
  connections: z.int().positive(),
  /** Seconds of load before the guest is moved, and after. */
  seconds: z.number().positive(),
  /** Seconds of load at most before those, until its pace no longer rises. Files of before it could be set have 0.2. */
  warmupSeconds: z.number().nonnegative().default(0.2),
  /** Longest downtime that is aimed at, in milliseconds. */
  downtimeMs: z.number().positive(),
  points: z.array(pointSchema).min(1),
  /** Index of the point that is measured twice in every round: their difference is the noise. Files of before it have none. */
  twin: count.nullable().default(null),
});

/** The first line, once parsed. */
export type MigrationsHeader = z.infer<typeof headerSchema>;

/** One round: a guest moved under load, in processes of its own. */
const runSchema = z.strictObject({
  ...runShape,
  /** True for the second of the A/A pair. */
  twin: z.boolean(),
  precopy: z.array(precopyRoundSchema),
  move: moveSchema,
  /** Longest that a client waited for a response, before and while the guest was moved, in nanoseconds. */
  longestWaitNs: z.strictObject({ before: ns, during: ns }),
  /** Transactions acknowledged to clients in the whole round: all were found in the guest after it was moved. */
  transactions: count,
  /** What memory and vCPU state were when the guest changed over, on both sides, byte for byte. */
  verified: verifiedSchema,
});

/** A round, once parsed. */
export type MigrationRun = z.infer<typeof runSchema>;

/** A results file of migrations, read. */
export type Migrations = Runs<MigrationsHeader, MigrationRun>;

/** Results files of migrations. */
export const migrationsFormat: RunsFormat<MigrationsHeader, MigrationRun> = {
  header: headerSchema,
  run: runSchema,
  same: {
    ...sameInAllRuns,
    connections: 'another number of clients',
    seconds: 'another time before and after the move',
    warmupSeconds: 'another warm-up',
    downtimeMs: 'another downtime aimed at',
    points: 'other points',
  },
};

/**
 * Reads a results file of migrations; null if nothing in it is finished.
 * @throws ResultsError if the file cannot be read or a line is not what it should be.
 */
export function readMigrations(path: string): Migrations | null {
  return readRuns(path, migrationsFormat);
}
