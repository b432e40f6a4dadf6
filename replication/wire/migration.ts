import { z } from 'zod';
import { moveSchema, precopyRoundSchema } from '../../results/migrations.js';
import { longestWhy } from './wire.js';

/** What may become of a guest that writes faster than its memory can be sent. */
export const divergences = ['stop', 'cancel'] as const;

/** `stop`: it stands still for as long as the rest takes; `cancel`: it stays where it is. */
export type Divergence = (typeof divergences)[number];

/** Body of the frame `migrate`: an operator asks a primary to move its guest. */
export const migrateRequestSchema = z.strictObject({
  /** The process to move it to, as the primary reaches it: a standby with a port to serve on. */
  to: z.strictObject({ host: z.string().min(1).max(255), port: z.int().min(1).max(65_535) }),
  /** Longest that the guest should stand still. */
  downtimeMs: z.number().positive().max(3_600_000),
  ifDiverging: z.enum(divergences),
});

/** See `migrateRequestSchema`. */
export type MigrateRequest = z.infer<typeof migrateRequestSchema>;

/** Body of the frames `migration`: how far it is, and last how it ended. */
export const migrationProgressSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('round'), round: precopyRoundSchema }),
  /** `serving` is where clients connect from now on. */
  z.strictObject({ kind: z.literal('moved'), move: moveSchema, serving: z.string().max(300) }),
  /** The other side was told to run it, and has not said that it does: it may serve there, and stays here no more. */
  z.strictObject({ kind: z.literal('handed-over'), why: z.string().max(longestWhy) }),
  /** It stays where it was. */
  z.strictObject({ kind: z.literal('failed'), why: z.string().max(longestWhy) }),
]);

/** See `migrationProgressSchema`. */
export type MigrationProgress = z.infer<typeof migrationProgressSchema>;
