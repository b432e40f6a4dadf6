import type { Fleet } from './fleet.js';

/** Keys that are looked at, at once. */
const batch = 1000;

/** Removes queues with everything that Redis holds of them. */
export async function removeQueues(fleet: Fleet, names: readonly string[]): Promise<void> {
  for (const name of names) {
    const queue = fleet.reader(name);
    await queue.pause();
    await queue.obliterate({ force: true, count: batch });
    await queue.close();
    await removeKeys(fleet, `${fleet.prefix}:${name}:*`);
  }
}

/** What BullMQ leaves of a queue that is gone: marks of its workers, that end by themselves later. */
async function removeKeys({ redis }: Fleet, pattern: string): Promise<void> {
  for await (const keys of redis.scanStream({ match: pattern, count: batch })) {
    const found: unknown = keys;
    if (Array.isArray(found) && found.length > 0) await redis.unlink(found.map(String));
  }
}
