import { z } from 'zod';
import { exactnesses } from '../../base/exactness.js';
import { cacheSchema } from '../../results/cache.js';
import { dutySchema, isolationSchema } from '../../results/schema.js';
import type { Cost } from '../analysis/cost.js';
import {
  type AnalysisDocument,
  costFields,
  documentFields,
  documentSchema,
  pointFields,
  type SynchronisationDocument,
} from '../analysis/document.js';
import type { AnalysedPoint } from '../analysis/point.js';
import { describedSchema, type JsonSchema } from './described.js';

const ns = z.number().nonnegative();
const count = z.int().nonnegative();
const share = z.number().min(0).max(1);
/** Parts that say of themselves what they are, and change more often than the rest. */
const part = z.looseObject({});

const estimateShape = { value: z.number(), low: z.number(), high: z.number(), coverage: share };
const durationShape = { medianNs: ns, lowNs: ns, highNs: ns, coverage: share };
const outliers = z.strictObject({ lowSevere: count, lowMild: count, highMild: count, highSevere: count, of: count });

const costShape = {
  ...durationShape,
  meanNs: ns,
  p99Ns: ns,
  p999Ns: ns,
  quantiles: z.array(z.strictObject({ quantile: share, ns })),
  roundOutliers: outliers,
  epochOutliers: outliers,
} satisfies Record<keyof Cost, z.ZodType>;

const cost = z.strictObject(costShape);
const positive = z.number().positive();

const pointShape = {
  index: count,
  guest: z.string(),
  tracker: z.string(),
  scheme: z.string(),
  workload: z.string(),
  memoryBytes: z.int().positive(),
  memoryPages: positive,
  pagesPerEpoch: z.number().nonnegative(),
  dirtyPages: z.number().nonnegative(),
  ioFrequency: positive.nullable(),
  dirtyRate: positive.nullable(),
  cache: cacheSchema,
  vcpus: z.int().positive(),
  guests: z.int().min(2).optional(),
  oneProcess: z.literal(true).optional(),
  ringEntries: z.int().positive().nullable(),
  duty: dutySchema.optional(),
  clearChunkBytes: z.int().positive().optional(),
  backing: z.string().optional(),
  unitPages: z.int().positive().optional(),
  epochs: z.int().positive(),
  rounds: z.int().positive(),
  roundsAsked: z.int().positive(),
  seed: count,
  // Absent in documents from before it was told.
  precision: z
    .strictObject({
      exactness: z.enum(exactnesses),
      reportedPages: z.number().nonnegative(),
      perWritten: z.number().nonnegative(),
      snapshotBytes: z.number().nonnegative(),
    })
    .nullable()
    .optional(),
  forcedExits: count,
  run: cost,
  collect: cost,
  kernel: cost.nullable(),
  // Absent in documents from before it was told.
  firstWrite: z
    .strictObject({ again: z.strictObject(durationShape), fresh: z.strictObject(durationShape).nullable() })
    .nullable()
    .optional(),
  arming: z
    .strictObject({
      on: z.strictObject(durationShape),
      off: z.strictObject(durationShape).nullable(),
      firstCollect: z.strictObject(durationShape),
    })
    .nullable()
    .optional(),
  running: z
    .strictObject({
      collect: z.strictObject(durationShape),
      beforePerSecond: z.strictObject(estimateShape),
      duringPerSecond: z.strictObject(estimateShape),
      gapBetween: z.strictObject(durationShape),
      gapDuring: z.strictObject(durationShape),
      longestGapNs: ns,
    })
    .nullable()
    .optional(),
  total: z.strictObject(durationShape),
  floor: z.strictObject({ index: count, exact: z.boolean(), ...durationShape }).nullable(),
  withinFloor: z.boolean(),
} satisfies Record<keyof AnalysedPoint, z.ZodType>;

const documentShape = {
  schema: z.literal(documentSchema),
  run: part,
  points: z.array(z.strictObject(pointShape)),
  floor: z.array(part),
  noise: z.looseObject({ kind: z.enum(['measured', 'absent']) }),
  isolation: z.array(isolationSchema),
  unchecked: z.array(z.string()).optional(),
  models: z.array(part),
  predictions: z.array(part),
  crossovers: z.array(part),
  winners: z.array(part),
  limits: z.array(part),
  libraries: z.array(part),
  table1: part,
  transactions: part.nullable(),
  migrations: part.nullable(),
  schedule: z.array(part),
  writing: z.array(part),
  // Absent in documents from before it was told.
  arming: z.array(part).optional(),
  programs: z.array(part),
  hosts: part.optional(),
  warnings: z.array(z.strictObject({ kind: z.string(), text: z.string(), remedy: z.string() })),
} satisfies Record<keyof AnalysisDocument, z.ZodType>;

const { schema, transactions, migrations } = documentShape;

/** What a report without a sweep has. */
const synchronisationShape = { schema, transactions, migrations } satisfies Record<
  keyof SynchronisationDocument,
  z.ZodType
>;

/**
 * The JSON Schema of `analysis.json`: of its points in full, of its other parts what each is; and of one that is of transactions
 * or migrations alone.
 */
export function analysisSchema(): JsonSchema {
  const described = { text: documentFields.points, of: { ...pointFields, ...costs } };
  const synchronisationFields = {
    schema: documentFields.schema,
    transactions: documentFields.transactions,
    migrations: documentFields.migrations,
  };
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'The whole analysis of a report',
    description:
      'Made by `dirtybench report` as `analysis.json`: of a sweep, points in full, and of the other parts what each is; ' +
      'or of transactions or migrations alone.',
    oneOf: [{ $ref: '#/$defs/analysis' }, { $ref: '#/$defs/synchronisation' }],
    $defs: {
      analysis: describedSchema(z.strictObject(documentShape), { ...documentFields, points: described }),
      synchronisation: describedSchema(z.strictObject(synchronisationShape), synchronisationFields),
    },
  };
}

const costs = {
  run: { text: pointFields.run, of: costFields },
  collect: { text: pointFields.collect, of: costFields },
  kernel: { text: pointFields.kernel, of: costFields },
};
