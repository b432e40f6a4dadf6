import { Queue, type QueueOptions } from 'bullmq';
import type { Redis } from 'ioredis';
import { Seal } from './seal.js';

/** A fleet's name and secret, and its place in Redis: every key of it begins with the same words. */
export class Fleet {
  readonly name: string;
  readonly redis: Redis;
  readonly seal: Seal;
  /** What every key begins with. The braces keep a fleet in one slot of a Redis Cluster. */
  readonly prefix: string;

  /** `name` is a part of keys, and of the patterns that they are looked for by: letters, digits, `.`, `-` and `_` (`fleetName`). */
  constructor(name: string, secret: string, redis: Redis) {
    this.name = name;
    this.redis = redis;
    this.seal = new Seal(name, secret);
    this.prefix = `{dirtybench:${name}}`;
  }

  /** A key of this fleet that is not one of a queue. */
  readonly key = (...words: readonly string[]): string => [this.prefix, ...words].join(':');

  /** What BullMQ's queues and workers are made with. */
  get options(): QueueOptions {
    return { connection: this.redis, prefix: this.prefix };
  }

  /** A queue by the name that the functions below give it. Nobody reads its stream of events. */
  queue(name: string): Queue {
    return quiet(new Queue(name, { ...this.options, streams: { events: { maxLen: 10 } } }));
  }

  /** A queue to look at, or to remove: where there is none, none is made. */
  reader(name: string): Queue {
    return quiet(new Queue(name, { ...this.options, skipMetasUpdate: true }));
  }
}

/** Redis being away is said once, by the connection. */
function quiet(queue: Queue): Queue {
  queue.on('error', () => {});
  return queue;
}

/** The queue of a run's rounds: those for one host, or those that hosts share. BullMQ takes no colon in its name, so a host's is encoded. */
export function roundsQueue(run: string, host: string | null): string {
  return host === null ? `${run}-rounds` : `${run}-rounds-of-${encodeURIComponent(host)}`;
}

/** The queue of what came of a run's rounds. */
export function resultsQueue(run: string): string {
  return `${run}-results`;
}
