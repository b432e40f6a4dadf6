import { z } from 'zod';
import { otherBackings } from '../base/backing.js';
import { exactnesses } from '../base/exactness.js';
import { cacheSchema } from './cache.js';

/** Version of the results file. Version 1 is read, too: its rounds were measured beside each other in one process. */
export const schemaVersion = 2;

const count = z.int().nonnegative();
const bytes = z.int().positive();

/** One cell of a sweep. Names are plain strings: a results file outlives the lists it was made from. */
export const pointSchema = z.strictObject({
  guest: z.string(),
  /** A name, or the path of a module of the user's own. */
  tracker: z.string(),
  /** A name, `trace:` and the name or path of a recording, or the path of a module of the user's own. */
  workload: z.string(),
  memoryBytes: bytes,
  /** Distinct pages that each epoch writes; null where the recording says. */
  pagesPerEpoch: z.int().positive().nullable(),
  /** I/Os a second and dirty pages a second, where the sweep gave them instead of pages per epoch. */
  ioFrequency: z.number().positive().nullable(),
  dirtyRate: z.number().positive().nullable(),
  /** What the guest displaces between run and collect; files of before call `l2-cold` `cold`. */
  cache: cacheSchema,
  vcpus: z.int().positive(),
  /** Entries of the tracker's ring; null for the tracker's default. */
  ringEntries: z.int().positive().nullable(),
  /** Bytes of guest memory whose log the tracker clears in one call, at most; absent: its own number. */
  clearChunkBytes: bytes.optional(),
  /** What the memory of a real guest is mapped with; absent: pages of 4 KiB. */
  backing: z.enum(otherBackings).optional(),
  /** Guests that write and are collected at once, of which one is measured; absent: it is alone on its host. */
  guests: z.int().min(2).optional(),
  /** They are all in one process, whose memory map they share; absent: each is in a process of its own. */
  oneProcess: z.literal(true).optional(),
  /** `running`: also collected beside a guest that goes on writing; absent: it stands still for each collect. */
  collect: z.literal('running').optional(),
  /** Also measured what turning tracking on and off costs, with all of the guest's memory there; absent: not. */
  arming: z.literal(true).optional(),
  epochs: z.int().positive(),
  rounds: z.int().positive(),
  seed: z.int().nonnegative(),
});

/** One cell of a sweep; see `pointSchema`. */
export type Point = z.infer<typeof pointSchema>;

/** The machine that measured. Null: this machine does not say. */
export const environmentSchema = z.strictObject({
  cpu: z.string(),
  cores: z.int().positive(),
  /** Bytes of one core's cache, or of the shared one. */
  l1dBytes: bytes.nullable(),
  l2Bytes: bytes.nullable(),
  l3Bytes: bytes.nullable(),
  memoryBytes: bytes,
  kernel: z.string(),
  arch: z.string(),
  hypervisor: z.string().nullable(),
  governor: z.string().nullable(),
  transparentHugePages: z.string().nullable(),
  node: z.string(),
  v8: z.string(),
  /** Which KVM it has. */
  kvm: z
    .strictObject({
      backend: z.string(),
      paging: z.string(),
      pml: z.boolean().nullable(),
      nested: z.boolean(),
      /** What all that changes in the meaning of a figure, each a sentence. */
      warnings: z.array(z.string()),
    })
    .nullable(),
});

/** The machine that measured; see `environmentSchema`. */
export type Environment = z.infer<typeof environmentSchema>;

/** What every round of a run was measured with too, directly before or after this one's: another build of dirtybench, or of a module. */
export const againstSchema = z.strictObject({
  /** What was typed for it: a folder, a command, or a module's path. */
  build: z.string(),
  version: z.string(),
  /** Commit that its own folder has checked out, as of `commit` in the header; null outside of git. */
  commit: z.string().nullable(),
  /** SHA-256 of the program files of that build, and of the one that measured: equal if they are the same. */
  digest: z.string(),
  ownDigest: z.string(),
  /**
   * How often a point is looked at, to see whether a verdict can be had: when it has the rounds that the header says, and again at twice, four
   * times, ... as many, which it is given only where it was undecided before. Absent: every point has the rounds that the header says.
   */
  looks: z.int().positive().optional(),
  /** Where it is another version of a module of the user's own, with this build on either side; absent: another build. */
  module: z
    .strictObject({
      path: z.string(),
      sha256: z.string(),
      /** Path of the module among the header's whose place it takes. */
      of: z.string(),
    })
    .optional(),
});

/** A build that a run was measured against; see `againstSchema`. */
export type Against = z.infer<typeof againstSchema>;

/** What a collect cannot do without, as `Duty` of the trackers says it. */
export const dutySchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('read'), bytesPerPage: z.number().positive() }),
  z.strictObject({ kind: z.literal('touch') }),
]);

/** First line: what was to be measured, where, and how to do it again. */
export const headerSchema = z.strictObject({
  kind: z.literal('header'),
  schema: z.literal([1, schemaVersion]),
  /** Version of dirtybench. */
  version: z.string(),
  /** The sweep's name: a profile, a sweep file's name, or `flags`. */
  sweep: z.string(),
  /** What to type to measure this again. */
  command: z.string(),
  startedAt: z.iso.datetime(),
  /** Name of the machine; null where that was left out. Absent in files from before it was recorded. */
  host: z.string().nullable().optional(),
  /** Commit that was checked out where it was run, `-dirty` behind it where files differed; null outside of git. */
  commit: z.string().nullable().optional(),
  environment: environmentSchema,
  /** Load average over one minute when the run began. */
  load: z.number().nonnegative(),
  /** Bytes that a guest touches before each collect with `l2-cold`; what it touches with `dram` follows from the environment. */
  footprintBytes: bytes,
  points: z.array(pointSchema).min(1),
  /** Modules of the user's own that points name, with the SHA-256 of each file; absent: there are none. */
  modules: z
    .array(
      z.strictObject({
        axis: z.enum(['tracker', 'workload']),
        path: z.string(),
        sha256: z.string(),
        /** What a tracker says that its collect cannot do without; absent where it says nothing. */
        duty: dutySchema.optional(),
      }),
    )
    .optional(),
  /** Recordings that points name by the path of a file, with the SHA-256 of each. Absent: there are none, or the file is older. */
  recordings: z.array(z.strictObject({ path: z.string(), sha256: z.string() })).optional(),
  /** Index of the point that is measured twice under the same conditions: their difference is the noise floor. Null: there is none. */
  twin: count.nullable(),
  /** Combinations that make no sense and were left out, and why. */
  skipped: z.array(z.strictObject({ what: z.string(), why: z.string() })),
  /** Trackers that cannot run on this machine, why, and what would make them. */
  unavailable: z.array(
    z.strictObject({
      tracker: z.string(),
      /** Where it is only with this backing that it does not work. */
      backing: z.enum(otherBackings).optional(),
      why: z.string(),
      remedy: z.string(),
    }),
  ),
  /** Trackers that may find more than was written, and how; absent: there are none. */
  approximate: z.array(z.strictObject({ tracker: z.string(), exactness: z.enum(exactnesses) })).optional(),
  /** The build, or the version of a module, that each round was measured with as well; absent where there is one alone. */
  against: againstSchema.optional(),
  /** Where several machines measured: each has a line of its own, and the environment here is that of the first. */
  fleet: z
    .strictObject({
      /** Of this run alone, so that it can be gone on with. */
      run: z.string(),
      /** `each`: every host measured every point. `split`: each round was measured once, by any of them. */
      hosts: z.enum(['each', 'split']),
    })
    .optional(),
});

/** The first line of a results file; see `headerSchema`. */
export type Header = z.infer<typeof headerSchema>;

/** Whether every host of a fleet measures all, or they share the rounds. */
export type Sharing = NonNullable<Header['fleet']>['hosts'];

/** One machine of a fleet, on a line before the first of its rounds. */
export const hostSchema = z.strictObject({
  kind: z.literal('host'),
  /** Unlike every other's in the file. */
  name: z.string().min(1),
  /** What its worker was started with. */
  labels: z.array(z.strictObject({ name: z.string(), value: z.string() })),
  version: z.string(),
  startedAt: z.iso.datetime(),
  /** Name of the machine, as in the header. */
  host: z.string().nullable(),
  commit: z.string().nullable(),
  environment: environmentSchema,
  load: z.number().nonnegative(),
  footprintBytes: bytes,
  /** Trackers and workloads that it cannot run. */
  unavailable: z.array(z.strictObject({ tracker: z.string(), why: z.string(), remedy: z.string() })),
  /** Indexes of the points that it has too little memory for; absent: of none, or not known. */
  withoutRoom: z.array(count).optional(),
});

/** One machine of a fleet; see `hostSchema`. */
export type Host = z.infer<typeof hostSchema>;

/** What one round's epochs took, in nanoseconds. */
export const timingSchema = z.strictObject({
  minNs: z.number().nonnegative(),
  medianNs: z.number().nonnegative(),
  meanNs: z.number().nonnegative(),
  p99Ns: z.number().nonnegative(),
  p999Ns: z.number().nonnegative(),
  maxNs: z.number().nonnegative(),
  /** Every epoch, as an HdrHistogram of nanoseconds: its compressed encoding in base64 (V2, three significant digits). */
  histogram: z.string(),
});

/** What one round's epochs took, in nanoseconds; see `timingSchema`. */
export type Timing = z.infer<typeof timingSchema>;

/** What one round measured. */
const measuredShape = {
  startedAt: z.iso.datetime(),
  /** Wall time of the whole round, with warm-up and verification. */
  seconds: z.number().nonnegative(),
  epochs: z.int().positive(),
  /** Totals over the measured epochs: page writes, distinct pages written, early stops for want of room. */
  writes: count,
  dirtyPages: count,
  /** Pages found, over the measured epochs; absent in files from before it was recorded: an exact tracker's `dirtyPages`. */
  reportedPages: count.optional(),
  forcedExits: count,
  /** Pages that the tracker can only find together, whichever of them was written; absent: each by itself. */
  unitPages: z.int().positive().optional(),
  /** What first writes cost the running guest, in nanoseconds a page; absent for simulated guests, floors and older files. */
  firstWrite: z
    .strictObject({
      /** Pages that were written at once, one in each that is found together. */
      pages: z.int().positive(),
      /** To pages that were collected and protected again, and the same writes directly after. */
      firstNs: z.number().nonnegative(),
      againNs: z.number().nonnegative(),
      /** The very first ones to memory in huge pages, less the same writes directly after; absent: 4 KiB. */
      freshNs: z.number().nonnegative().optional(),
    })
    .optional(),
  /**
   * What turning tracking on and off costs with all of the guest's memory there and written, in nanoseconds, medians over
   * repetitions; absent where it was not asked for, and of trackers that have nothing to turn on.
   */
  arming: z
    .strictObject({
      repetitions: z.int().positive(),
      armNs: z.number().nonnegative(),
      /** The first collect after that, when up to 256 pages have been written: what a scheme leaves to it. */
      firstCollectNs: z.number().nonnegative(),
      /** Null: nothing is to be done for it. */
      disarmNs: z.number().nonnegative().nullable(),
    })
    .optional(),
  /**
   * Collects beside a guest that goes on writing the pages of an epoch over and over; absent where that was not asked for.
   */
  running: z
    .strictObject({
      collects: z.int().positive(),
      /** Median of a collect. */
      collectNs: z.number().nonnegative(),
      /** Writes a second in the millisecond before a collect, and during it, over all collects. */
      beforePerSecond: z.number().nonnegative(),
      duringPerSecond: z.number().nonnegative(),
      /** The longest gap between two writes that the writer saw: between collects and in one, medians; and in any. */
      gapBetweenNs: z.number().nonnegative(),
      gapDuringNs: z.number().nonnegative(),
      longestGapNs: z.number().nonnegative(),
    })
    .optional(),
  /** Hash of every write in order: equal for all trackers at the same workload, memory, pages, seed and round. */
  writesHash: z.string(),
  /** The guest's writes, with marking. */
  run: timingSchema,
  /** Detection. */
  collect: timingSchema,
  /** The part of each collect that went to kernel calls; null where it makes none. */
  kernel: timingSchema.nullable(),
} as const;

/** The figures of a round, without which one it is. */
export const measuredSchema = z.strictObject(measuredShape);

/** What one round measured; see `measuredSchema`. */
export type Measured = z.infer<typeof measuredSchema>;

/** One finished round: a repetition of a point in an isolate of its own. */
export const roundSchema = z.strictObject({
  kind: z.literal('round'),
  /** Index into the header's points. */
  point: count,
  /** True for the second of the A/A pair. */
  twin: z.boolean(),
  /** Which repetition of the point, from 0. */
  round: count,
  /** Name of the host of a fleet that measured it. */
  host: z.string().optional(),
  /** Whether other rounds could be measured at the same time. */
  beside: z.boolean().default(true),
  ...measuredShape,
  /** The round in the build that is measured against, directly before or after; absent where there is none. */
  against: measuredSchema.optional(),
});

/** One finished round; see `roundSchema`. */
export type Round = z.infer<typeof roundSchema>;

/** Why the rounds of a tracker are measured as they are. */
export const isolationReasonSchema = z.enum(['own threads', 'not checked', 'differs', 'run differs', 'same']);

/** Why a tracker is measured alone or beside others; see `isolationSchema`. */
export type IsolationReason = z.infer<typeof isolationReasonSchema>;

/** Whether the rounds of a tracker are measured alone or beside other rounds, and what that was decided by. */
export const isolationSchema = z.strictObject({
  kind: z.literal('isolation'),
  tracker: z.string(),
  /** Index of the point that was held against itself: the tracker's largest. */
  point: count,
  /** Rounds that were measured at once in this run. */
  workers: z.int().positive(),
  measured: z.enum(['alone', 'beside']),
  /**
   * `own threads`: it takes more than one core itself. `not checked`: it has too few rounds for a check that takes no more
   * than a tenth of the run, or its largest point was given up before the check ended. `differs`: by more than a tenth, and by
   * more than its rounds differ among themselves, or by more than half. `run differs`: that holds of the guest's time, not of the collect.
   */
  why: isolationReasonSchema,
  /** Median collect of each round of that point measured alone and beside others, in nanoseconds. */
  aloneNs: z.array(z.number().nonnegative()),
  besideNs: z.array(z.number().nonnegative()),
  /** The same of what the guest's writes took with their marking; absent in files from before it was looked at. */
  aloneRunNs: z.array(z.number().nonnegative()).optional(),
  besideRunNs: z.array(z.number().nonnegative()).optional(),
});

/** Whether a tracker's rounds are measured alone or beside others; see `isolationSchema`. */
export type Isolation = z.infer<typeof isolationSchema>;

/** A round in which the tracker answered with the wrong pages: what was measured of that point is not to be trusted. */
export const wrongSetSchema = z.strictObject({
  kind: z.literal('wrong set'),
  point: count,
  round: count,
  /** Name of the host of a fleet that it was found on. */
  host: z.string().optional(),
  /** Which pages were missing, extra and doubled, in which epoch. */
  message: z.string(),
});

/** A round that ended with a wrong set; see `wrongSetSchema`. */
export type WrongSet = z.infer<typeof wrongSetSchema>;

/** How 0.1.0 decided for all trackers at once; files that hold it are still read, without it. */
const interferenceSchema = z.object({ kind: z.literal('interference'), point: count });

/** One line of a results file, after the header. */
export const recordSchema = z.discriminatedUnion('kind', [
  roundSchema,
  isolationSchema,
  wrongSetSchema,
  hostSchema,
  interferenceSchema,
]);

/** What is appended to a results file. */
export type ResultsRecord = Round | Isolation | WrongSet | Host;

/** A results file, read. */
export interface Results {
  readonly header: Header;
  readonly rounds: readonly Round[];
  /** The machines of a fleet, in the order they came; empty where one machine measured. */
  readonly hosts: readonly Host[];
  /** How each tracker is measured; empty where one round was measured at a time, and where none was decided (`beside` of a round says which). */
  readonly isolation: readonly Isolation[];
  /** Rounds whose tracker lost a page, found one twice, or made one up. */
  readonly wrongSets: readonly WrongSet[];
  /** What was wrong with the file and mended in reading, each a line for the user. */
  readonly warnings: readonly string[];
}
