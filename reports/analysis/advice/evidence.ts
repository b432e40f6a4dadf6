import { z } from 'zod';
import { cacheSchema } from '../../../results/cache.js';
import { environmentSchema } from '../../../results/schema.js';

const duration = { medianNs: z.number(), lowNs: z.number(), highNs: z.number() };
const estimate = z.object({ value: z.number(), low: z.number(), high: z.number() });
const setting = {
  guest: z.string(),
  workload: z.string(),
  cache: cacheSchema,
  vcpus: z.int(),
  guests: z.int().optional(),
  scheme: z.string(),
  tracker: z.string(),
  memoryBytes: z.number().positive(),
  pagesPerEpoch: z.number(),
};

/** What of an analysis a question is answered from; `analysis.json` has it, and more. */
export const evidenceSchema = z.object({
  run: z.object({
    version: z.string(),
    sweep: z.string(),
    startedAt: z.string(),
    environment: environmentSchema,
    unavailable: z.array(z.object({ tracker: z.string(), why: z.string(), remedy: z.string() })).readonly(),
  }),
  points: z
    .array(
      z.object({
        ...setting,
        memoryPages: z.number().positive(),
        dirtyPages: z.number(),
        collect: z.object(duration),
        run: z.object(duration),
      }),
    )
    .readonly(),
  writing: z.array(z.object({ ...setting, perDirty: estimate })).readonly(),
});

/** See `evidenceSchema`. */
export type Evidence = z.infer<typeof evidenceSchema>;

/** One of its points. */
export type EvidencePoint = Evidence['points'][number];

/** One of its charges to the running guest. */
export type EvidenceCharge = Evidence['writing'][number];
