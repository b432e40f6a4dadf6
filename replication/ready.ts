import type { ChildProcess } from 'node:child_process';
import { z } from 'zod';
import { ReplicationError } from './error.js';

const addressSchema = z.strictObject({ host: z.string(), port: z.int().nonnegative() });

/** A server serves, and where: what it tells the process that started it, once. */
const readySchema = z.discriminatedUnion('role', [
  z.strictObject({
    role: z.literal('primary'),
    address: addressSchema,
    /** Where netperf connects; null: nowhere. */
    netperfAddress: addressSchema.nullable(),
  }),
  z.strictObject({
    role: z.literal('standby'),
    address: addressSchema,
    /** Where it serves clients once it has taken over; null: it never does. */
    servingAddress: addressSchema.nullable(),
  }),
]);

/** See `readySchema`. */
export type Ready = z.infer<typeof readySchema>;

/**
 * Tells the process that started this one that it serves: a line of JSON over the channel that Node opens between the two.
 * Where a user started it there is no channel, and nothing is sent; what is printed is for the user alone.
 */
export function tellReady(ready: Ready): void {
  // Whoever started it may be gone by now.
  process.send?.(ready, undefined, undefined, () => {});
}

/**
 * Resolves when a server says that it serves; it must have been spawned with `ipc` among its `stdio`. Rejects with a
 * ReplicationError if it says something else.
 */
export function whenReady(child: ChildProcess): Promise<Ready> {
  return new Promise((resolve, reject) => {
    child.once('message', (message) => {
      const parsed = readySchema.safeParse(message);
      if (parsed.success) resolve(parsed.data);
      else reject(new ReplicationError(`not what a server of this version says: ${JSON.stringify(message)}`));
    });
  });
}
