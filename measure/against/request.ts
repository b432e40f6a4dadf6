import { z } from 'zod';
import { measuredSchema, pointSchema } from '../../results/schema.js';

/**
 * Version of what a build is asked, and of what it answers: a JSON object a line each. A build whose answer to `describe` has another one
 * is refused. To be raised with every change that an older or newer build does not read.
 */
export const protocol = 1;

/** What a build is asked for: what it is, or one round of a point. */
export const requestSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('describe') }),
  z.strictObject({
    kind: z.literal('round'),
    point: pointSchema,
    round: z.int().nonnegative(),
    /** Bytes that the guest touches before each collect, as this point's cache asks for; not used where that is warm. */
    footprintBytes: z.int().positive(),
  }),
]);

/** See `requestSchema`; as it is sent. */
export type Request = z.input<typeof requestSchema>;

/** What a build is. */
const identityShape = {
  version: z.string(),
  /** Commit that its own folder has checked out, `-dirty` behind it where files differ; null outside of git. */
  commit: z.string().nullable(),
  /** SHA-256 of its program files. */
  digest: z.string(),
} as const;

const identitySchema = z.object(identityShape);

/** What a build is; see `identityShape`. */
export type Identity = z.infer<typeof identitySchema>;

/**
 * What it answers. `wrong-set`: a collect was not what was written; `refused`: the kernel or a module of the user's refused the round, or the
 * build does not know what it is asked; `broken`: any other error, which is a fault of one of the builds.
 */
export const replySchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('build'), protocol: z.int(), ...identityShape, trackers: z.array(z.string()) }),
  z.object({ kind: z.literal('measured'), measured: measuredSchema }),
  z.object({ kind: z.enum(['wrong-set', 'refused', 'broken']), message: z.string() }),
]);

/** See `replySchema`. */
export type Reply = z.infer<typeof replySchema>;
