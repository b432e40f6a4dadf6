import type { Fleet } from './fleet.js';

/** Keys that are looked at, at once. */
const batch = 1000;

/**
 * Removes queues with everything that Redis holds of them. Several may do it at once: whoever cancels a run, and its coordinator.
 * BullMQ's own `obliterate` fails for one of them where the other was faster.
 */
export async function removeQueues(fleet: Fleet, names: readonly string[]): Promise<void> {
  for (const name of names) {
    const queue = fleet.reader(name);
    await queue.pause();
    await queue.close();
    await removeKeys(fleet, `${fleet.prefix}:${name}:`);
  }
}

/** All keys of a queue, and last the one that says it is paused: until then no host takes a round of it. */
async function removeKeys({ redis }: Fleet, begin: string): Promise<void> {
  const paused = `${begin}meta`;
  for await (const keys of redis.scanStream({ match: `${begin}*`, count: batch })) {
    const found: unknown = keys;
    const others = Array.isArray(found) ? found.map(String).filter((key) => key !== paused) : [];
    if (others.length > 0) await redis.unlink(others);
  }
  await redis.unlink(paused);
}
