import { Redis } from 'ioredis';
import { UsageError } from '../measure/problem.js';

/** How long to wait for Redis at the start, in milliseconds. */
const firstMs = 5000;
/** The longest pause between two tries to reach it again, in milliseconds. */
const longestPauseMs = 2000;

/** Told when Redis goes away, and when it is there again. */
export interface Reachability {
  away(text: string): void;
  back(text: string): void;
}

/**
 * A connection that waits and goes on when Redis goes away and comes back: what is asked meanwhile is asked then.
 * @throws UsageError if Redis cannot be reached now, or refuses us.
 */
export async function connect(url: string, reachability: Reachability): Promise<Redis> {
  const redis = new Redis(checked(url), {
    lazyConnect: true,
    maxRetriesPerRequest: null,
    connectTimeout: firstMs,
    retryStrategy: (times) => Math.min(100 * times, longestPauseMs),
  });
  await firstAnswer(redis, url);
  let isAway = false;
  redis.on('close', () => {
    if (isAway || redis.status === 'end') return;
    isAway = true;
    reachability.away(`Redis at ${placeOf(url)} is away: waiting until it is back`);
  });
  redis.on('ready', () => {
    if (isAway) reachability.back(`Redis at ${placeOf(url)} is back`);
    isAway = false;
  });
  return redis;
}

/** Resolves once Redis has answered a question; what fails before that is the user's to mend. */
async function firstAnswer(redis: Redis, url: string): Promise<void> {
  let why: Error | null = null;
  const failed = new Promise<never>((_, reject) => {
    redis.on('error', (error) => {
      why ??= error;
      reject(error);
    });
    setTimeout(() => reject(why ?? new Error(`no answer in ${firstMs / 1000} s`)), firstMs).unref();
  });
  try {
    await Promise.race([redis.connect().then(() => redis.ping()), failed]);
  } catch (error) {
    redis.disconnect();
    throw new UsageError(`cannot use Redis at ${placeOf(url)}: ${remedy(why ?? error)}`);
  }
  failed.catch(() => {});
  redis.removeAllListeners('error');
  // Each failed try to come back is one: that it is away is said once.
  redis.on('error', () => {});
}

function remedy(error: unknown): string {
  // Where a name has several addresses the error has no message, but a code.
  const text =
    error instanceof Error ? error.message || String('code' in error ? error.code : error.name) : String(error);
  if (/ECONNREFUSED|ENOTFOUND|EAI_AGAIN/.test(text)) return `${text}: start one there, or name another with --redis`;
  if (/NOAUTH|WRONGPASS|invalid username-password/i.test(text)) {
    return `it wants a password: write it into the URL, as in redis://:PASSWORD@host:6379`;
  }
  if (/self-signed|unable to (verify|get)|certificate/i.test(text)) {
    return `${text}: name the file with the certificate of its authority in NODE_EXTRA_CA_CERTS`;
  }
  if (/packet length|wrong version number|ECONNRESET/i.test(text)) {
    return `${text}: rediss:// is for a Redis that speaks TLS, redis:// for one that does not`;
  }
  return text;
}

function checked(url: string): string {
  const { protocol, hostname } = parsed(url);
  if ((protocol === 'redis:' || protocol === 'rediss:') && hostname !== '') return url;
  throw new UsageError(`--redis '${url}' is no address of Redis: write redis://host:6379, or rediss:// for TLS`);
}

function parsed(url: string): URL {
  try {
    return new URL(url);
  } catch {
    throw new UsageError(`--redis '${url}' is no address of Redis: write redis://host:6379, or rediss:// for TLS`);
  }
}

/** Where a Redis is, without the password. */
export function placeOf(url: string): string {
  const { hostname, port } = parsed(url);
  return `${hostname}:${port || 6379}`;
}

/** Whether nobody on another machine can reach a Redis by this address. */
export function isLoopback(url: string): boolean {
  const { hostname } = parsed(checked(url));
  return hostname === 'localhost' || hostname === '[::1]' || /^127\./.test(hostname);
}
