import { z } from 'zod';
import { splitSchema } from '../../results/transactions.js';

/** Body of the frame `statistics`: what transactions took and sent since the last time someone asked. */
export const statisticsSchema = z.strictObject({
  transactions: z.int().nonnegative(),
  epochs: z.int().nonnegative(),
  pages: z.int().nonnegative(),
  wireBytes: z.int().nonnegative(),
  forcedExits: z.int().nonnegative(),
  /** False: the two sides read different clocks, and wire and acknowledgement are each given half of the way there and back. */
  sharedClock: z.boolean(),
  split: splitSchema,
});

/** What `statisticsSchema` reads. */
export type Statistics = z.infer<typeof statisticsSchema>;
