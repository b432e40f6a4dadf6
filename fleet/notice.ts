import { z } from 'zod';
import type { Fleet } from './fleet.js';
import { type Run, runSchema } from './message.js';

/**
 * How long a run that nobody goes on with is kept, and how long it is known that one was cancelled, in seconds. Only the coordinator asks
 * for the latter, about once a second while Redis is there.
 */
const keptSeconds = { run: 7 * 86_400, cancelled: 120 } as const;

const cancelledSchema = z.strictObject({ run: z.uuid() });

/** What the fleet is told to do now. */
export interface Notice {
  /** Null: nothing. */
  readonly run: Run | null;
  /** The run that was cancelled last, if that was lately. */
  readonly cancelled: string | null;
}

/** Reads what the fleet is told. @throws ForgedError if somebody without the secret wrote it. */
export async function readNotice({ redis, key, seal }: FleetPlace): Promise<Notice> {
  const [run, cancelled] = await redis.mget(key('run'), key('cancelled'));
  return {
    run: run === null || run === undefined ? null : seal.openText('run', runSchema, run),
    cancelled:
      cancelled === null || cancelled === undefined ? null : seal.openText('cancel', cancelledSchema, cancelled).run,
  };
}

/** Tells the fleet to measure this run; to be said again and again, since hosts do not join one that was announced long ago (`host.ts`). */
export async function announce({ redis, key, seal }: FleetPlace, run: Run): Promise<void> {
  await redis.set(key('run'), JSON.stringify(seal.seal('run', run)), 'EX', keptSeconds.run);
}

/** Takes the run away again, whichever is announced: it is for the caller to see that this is its own. */
export async function withdraw({ redis, key }: FleetPlace): Promise<void> {
  await redis.del(key('run'));
}

/** Tells hosts and coordinator to leave a run, the one that is announced: hosts leave because it no longer is. */
export async function cancel({ redis, key, seal }: FleetPlace, run: string): Promise<void> {
  const text = JSON.stringify(seal.seal('cancel', { run }));
  await redis.multi().set(key('cancelled'), text, 'EX', keptSeconds.cancelled).del(key('run')).exec();
}

/** Forgets that this run was cancelled, for a coordinator that goes on with it because its command was given again. */
export async function takeUp(fleet: FleetPlace, run: string): Promise<void> {
  const { cancelled } = await readNotice(fleet);
  if (cancelled === run) await fleet.redis.del(fleet.key('cancelled'));
}

/** The part of a fleet that these functions need. */
type FleetPlace = Pick<Fleet, 'redis' | 'seal' | 'key'>;
