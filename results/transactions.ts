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

/** Version of the results file of transactions; a reader refuses others. */
export const transactionsVersion = 2;

const count = z.int().nonnegative();
const bytes = z.int().positive();
const ns = z.number().nonnegative();

/** The stages of a transaction, in the order they come. */
export const stages = [
  'request in',
  'guest',
  'detection',
  'copy',
  'wire',
  'standby',
  'acknowledgement',
  'response out',
] as const;

/** A stage of a transaction. */
export type Stage = (typeof stages)[number];

/** What was measured. */
export const transactionPointSchema = z.strictObject({
  /** How a primary finds dirty pages; `none`: it is not synchronised, commits nothing and sends no pages. */
  mode: z.string(),
  memoryBytes: bytes,
  /** When the guest goes on while the standby has not acknowledged. */
  commit: z.string(),
  /** How pages are sent. */
  encode: z.string(),
  /** Clients, each with one request under way. */
  connections: z.int().positive(),
  /** How long a wait between primary and standby may look for a message without sleeping, in microseconds; absent: never. */
  pollUs: z.int().positive().optional(),
});

/** A point, once parsed. */
export type TransactionPoint = z.infer<typeof transactionPointSchema>;

/** First line: what was to be measured, where, and how to do it again. */
const headerSchema = z.strictObject({
  kind: z.literal('transactions'),
  schema: z.literal(
    transactionsVersion,
    `of another version of dirtybench, not ${transactionsVersion}: measure into another file`,
  ),
  ...runsHeaderShape,
  requestBytes: bytes,
  responseBytes: bytes,
  /** Seconds that a round is measured; and those that it is warmed up before, at most: until its pace no longer rises. */
  seconds: z.number().positive(),
  warmupSeconds: z.number().nonnegative(),
  points: z.array(transactionPointSchema).min(1),
  /** Index of the point that is measured twice in every round: their difference is the noise floor. */
  twin: count,
});

/** The first line, once parsed. */
export type TransactionsHeader = z.infer<typeof headerSchema>;

const stageSchema = z.strictObject({ meanNs: ns, medianNs: ns, p99Ns: ns });

/** Nanoseconds of each stage. */
export const splitSchema = z.record(z.enum(stages), stageSchema);

/** The least that an exchange takes between two processes that only wait for each other, in nanoseconds: medians. */
const floorSchema = z.strictObject({
  /** Bytes there and back: those of an epoch's frames, or of a request's in the log, and of their acknowledgement. */
  messageBytes: bytes,
  answerBytes: bytes,
  /** What the exchange takes when both sides sleep in the kernel until something comes, and when both look again and again. */
  blockingNs: ns,
  pollingNs: ns,
});

/** The least that an exchange takes, once parsed. */
export type Floor = z.infer<typeof floorSchema>;

/** One round of a point, in processes of its own. */
const runSchema = z.strictObject({
  ...runShape,
  /** True for the second of the A/A pair. */
  twin: z.boolean(),
  /** Seconds that the measured transactions took, and how many they were. */
  seconds: z.number().positive(),
  transactions: count,
  /** What the client saw of each transaction, in nanoseconds. */
  latency: z.strictObject({
    meanNs: ns,
    medianNs: ns,
    p90Ns: ns,
    p99Ns: ns,
    p999Ns: ns,
    maxNs: ns,
    /** Every transaction, as an HdrHistogram: its compressed encoding in base64 (V2, three significant digits). */
    histogram: z.string(),
  }),
  /** Totals over the measured transactions: epochs, pages and bytes sent to the standby, early stops for want of room. */
  epochs: count,
  pages: count,
  wireBytes: count,
  forcedExits: count,
  /** False: primary and standby read different clocks, and the time that the two took together is split equally between wire and acknowledgement. */
  sharedClock: z.boolean(),
  /** Processor time that primary and standby took for them, in seconds; null: the kernel does not say. Absent in older files. */
  processorSeconds: z
    .strictObject({ primary: z.number().nonnegative(), standby: z.number().nonnegative() })
    .nullable()
    .optional(),
  split: splitSchema,
  /** Measured after the load, while all else was at rest; null: not synchronised, or no system calls here. Absent in older files. */
  floor: floorSchema.nullable().optional(),
  /** Where the standby was found to hold what the primary has, byte for byte; null where nothing is synchronised. */
  verified: verifiedSchema.nullable(),
});

/** A round, once parsed. */
export type TransactionRun = z.infer<typeof runSchema>;

/** A results file of transactions, read. */
export type Transactions = Runs<TransactionsHeader, TransactionRun>;

/** Results files of transactions. */
export const transactionsFormat: RunsFormat<TransactionsHeader, TransactionRun> = {
  header: headerSchema,
  run: runSchema,
  same: {
    ...sameInAllRuns,
    requestBytes: 'requests of another size',
    responseBytes: 'responses of another size',
    seconds: 'another time for each point',
    warmupSeconds: 'another warm-up',
    points: 'other points',
  },
};

/**
 * Reads a results file of transactions; null if nothing in it is finished.
 * @throws ResultsError if the file cannot be read or a line is not what it should be.
 */
export function readTransactions(path: string): Transactions | null {
  return readRuns(path, transactionsFormat);
}
