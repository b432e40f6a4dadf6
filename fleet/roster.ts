import type { Fleet } from './fleet.js';
import { type Offer, offerSchema } from './message.js';
import { ForgedError } from './seal.js';

/**
 * How long the offer of a host that was killed is kept, in seconds: results of it may still be on their way. One that leaves takes its
 * offer with it (`leave`).
 */
const keptSeconds = 3600;

/** A host of the fleet. */
export interface Member {
  readonly offer: Offer;
  /** Whether it was heard of lately: its last beat still counts. */
  readonly alive: boolean;
  /** The run that it measures for. */
  readonly run: string | null;
}

/** A host's place among those of the fleet, for as long as its worker renews it. */
export class Membership {
  readonly #fleet: Fleet;
  readonly #offer: Offer;
  readonly #aliveMs: number;
  #offeredMs = 0;

  /** `aliveMs`: for how long one beat says that the host is there. */
  constructor(fleet: Fleet, offer: Offer, aliveMs: number) {
    this.#fleet = fleet;
    this.#offer = offer;
    this.#aliveMs = aliveMs;
  }

  /**
   * Says that the host is there, and which run it measures for (null: none). The offer is written again where Redis no longer knows of the
   * beat before, and each time that a quarter of the time has passed for which Redis keeps it.
   */
  async beat(run: string | null): Promise<void> {
    const { key, redis, seal } = this.#fleet;
    const { name } = this.#offer.host;
    const before = await redis.set(key('alive', name), run ?? '', 'PX', this.#aliveMs, 'GET');
    if (before !== null && Date.now() < this.#offeredMs + (keptSeconds * 1000) / 4) return;
    const offer = JSON.stringify(seal.seal('host', this.#offer));
    const told = redis.multi().set(key('host', name), offer, 'EX', keptSeconds);
    await told.sadd(key('hosts'), name).expire(key('hosts'), keptSeconds).exec();
    this.#offeredMs = Date.now();
  }

  /**
   * Takes the host out of the fleet, and its offer at once. Results of it may still wait for the coordinator, which drops those of a host
   * that neither a line of the file nor an offer describes. That can only be the first ones of a host that shares rounds with others, and
   * these rounds are measured again; where each host measures all, the file describes every host from the beginning.
   */
  async leave(): Promise<void> {
    await removeHost(this.#fleet, this.#offer.host.name);
  }
}

/**
 * Every host of the fleet by name, also those that were not heard of lately. `refused` gets a line for the user about each that is left
 * out, because its offer does not come from this fleet or is another host's.
 */
export async function readRoster(fleet: Fleet, refused: (text: string) => void): Promise<Member[]> {
  const { key, redis } = fleet;
  const names = (await redis.smembers(key('hosts'))).sort();
  if (names.length === 0) return [];
  const offers = await redis.mget(names.map((name) => key('host', name)));
  const runs = await redis.mget(names.map((name) => key('alive', name)));
  return names.flatMap((name, index) => {
    const offer = offerIn(fleet, offers[index] ?? null, name, refused);
    const run = runs[index] ?? null;
    return offer === null ? [] : [{ offer, alive: run !== null, run: run === '' ? null : run }];
  });
}

/** What a host by this name offers; null if there is none. */
export async function readOffer(fleet: Fleet, name: string, refused: (text: string) => void): Promise<Offer | null> {
  return offerIn(fleet, await fleet.redis.get(fleet.key('host', name)), name, refused);
}

/** Forgets a host. */
export async function removeHost(fleet: Fleet, name: string): Promise<void> {
  const { key, redis } = fleet;
  await redis.multi().del(key('host', name), key('alive', name)).srem(key('hosts'), name).exec();
}

function offerIn(fleet: Fleet, text: string | null, name: string, refused: (text: string) => void): Offer | null {
  if (text === null) return null;
  try {
    const offer = fleet.seal.openText('host', offerSchema, text);
    if (offer.host.name === name) return offer;
    throw new ForgedError('its offer is that of another host');
  } catch (error) {
    if (!(error instanceof ForgedError)) throw error;
    refused(`host '${name}' is left out: ${error.message}`);
    return null;
  }
}
