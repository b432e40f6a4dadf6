import { z } from 'zod';
import { hostSchema, pointSchema, roundSchema } from '../results/schema.js';

/**
 * What the members of a fleet say to each other, each sealed on its way. No message holds code; a path in one (of a recording) is only ever
 * shown, never opened. No schema takes a key that it does not have: to add or remove one is to make members of the two versions refuse each
 * other's messages (`Seal.open`).
 */

const count = z.int().nonnegative();
const name = z.string().min(1).max(200);
const hash = z.string().length(64);

/** What hosts must have in common to share rounds. */
export const kindSchema = z.strictObject({
  cpu: z.string(),
  cores: z.int().positive(),
  arch: z.string(),
  kernel: z.string(),
  node: z.string(),
  version: z.string(),
});

/** A host as it offers itself. */
export const offerSchema = z.strictObject({
  /** As a results file keeps it. */
  host: hostSchema,
  /** Names this process of the host, and no later one. */
  worker: z.uuid(),
  /** Which boot of which machine it is: workers that have it in common disturb each other. */
  boot: z.string(),
  /** Number of the worker's process, and the namespace that this number is of. */
  pid: z.int().positive(),
  namespace: z.string(),
  /** Whether it measures although another worker does on the same machine. */
  shared: z.boolean(),
  /** SHA-256 of each module of its user's own that it has. */
  modules: z.array(hash),
  /** SHA-256 of each recording of its user's own that it has. */
  recordings: z.array(hash),
});

/** A host as it offers itself. */
export type Offer = z.infer<typeof offerSchema>;

/** What is measured now, so that hosts can tell whether they are meant. */
export const runSchema = z.strictObject({
  run: z.uuid(),
  hosts: z.enum(['each', 'split']),
  sweep: z.string(),
  startedAt: z.iso.datetime(),
  /** When the coordinator last said so. */
  saidAt: z.iso.datetime(),
  coordinator: z.strictObject({ host: z.string(), pid: z.int().positive() }),
  points: count,
  /** Rounds in all, and of those the ones in the file or given up. */
  rounds: count,
  done: count,
  /** The hosts that measure it by name; null: every one that has what it needs. */
  names: z.array(name).nullable(),
  /** What they must be alike in; null: they may differ. */
  kind: kindSchema.nullable(),
  /** Labels that a host must have, all of them. */
  labels: z.array(z.strictObject({ name: z.string(), value: z.string() })),
  /**
   * What a host must have to share the rounds, from here to the end. Where every host measures all, the lists are empty and the bytes
   * 0: such hosts are named, and each is given only the points that it can measure.
   */
  trackers: z.array(z.string()),
  /** SHA-256 of each module, and of each recording. */
  modules: z.array(hash),
  recordings: z.array(hash),
  /** Bytes of memory that the largest of the rounds needs. */
  memoryBytes: count,
});

/** What is measured now. */
export type Run = z.infer<typeof runSchema>;

/** One round that a host is told to measure. */
export const jobSchema = z.strictObject({
  run: z.uuid(),
  /** Whom it is for; null: any host of the run. */
  host: name.nullable(),
  /** Index into the header's points, and the point itself; a module of the user's own stands in it as `sha256:` and its hash. */
  point: count,
  of: pointSchema,
  /** SHA-256 of the recording that its workload is, where that is a file; its path means nothing on the host. */
  recording: hash.nullable(),
  twin: z.boolean(),
  round: count,
});

/** One round that a host is told to measure. */
export type FleetJob = z.infer<typeof jobSchema>;

/** What a host measured. */
export const resultSchema = z.strictObject({
  run: z.uuid(),
  host: name,
  point: count,
  twin: z.boolean(),
  round: count,
  outcome: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('measured'), record: roundSchema }),
    /** The tracker answered with the wrong pages. */
    z.strictObject({ kind: z.literal('wrong set'), message: z.string() }),
    /** The kernel refused, there was no room, or the process of the round ended. */
    z.strictObject({ kind: z.literal('refused'), message: z.string() }),
  ]),
});

/** What a host measured. */
export type FleetResult = z.infer<typeof resultSchema>;
