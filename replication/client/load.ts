import { randomInt } from 'node:crypto';
import type { Histogram } from 'hdr-histogram-js';
import { emptyHistogram } from '../../results/histogram.js';
import type { Address } from '../address.js';
import { now } from '../clock.js';
import { Client, type Tally } from './client.js';
import { HighestCount } from './recorder.js';

/** How a guest is loaded. */
export interface LoadOptions {
  /** Servers to load, of which one serves; with several, clients that lose their server go on with another. */
  readonly addresses: readonly Address[];
  /** How long a client that has lost its server looks for another, in milliseconds; 0: a lost connection is an error. */
  readonly patienceMs: number;
  readonly secret: string;
  readonly connections: number;
  /** Requests per second over all connections, sent when they are due; null: each connection asks again when answered. */
  readonly rate: number | null;
  readonly seconds: number;
  /** Seconds before that which are not counted. */
  readonly warmupSeconds: number;
  readonly requestBytes: number;
  readonly responseBytes: number;
  readonly connectTimeoutMs: number;
  /** Ends the load early; what was counted by then is the result. */
  readonly signal?: AbortSignal;
}

/** What a load measured. */
export interface LoadResult {
  readonly transactions: number;
  /** Requests that had no response when time was up, and those that were due by then and could not even be sent. */
  readonly unanswered: number;
  readonly seconds: number;
  /** Nanoseconds from when a request was due to its whole response. */
  readonly latency: Histogram;
  /** Times a client went on over another connection; requests sent again for it, and those of them already done. */
  readonly failovers: number;
  readonly repeated: number;
  readonly repeatedDone: number;
  /** For each client the longest time that it waited for an answer while none came, in nanoseconds; ascending. */
  readonly longestWaitsNs: readonly number[];
}

const nsPerSecond = 1e9;
/** How long after the end responses are waited for, in nanoseconds. */
const drainNs = nsPerSecond;
/** Clients number their requests from a random number below this: no two share numbers, in this load or another. */
const mostFirstSequence = 2 ** 47;

/**
 * Runs a request/response load and measures it as the client sees it.
 * @throws ReplicationError if nobody serves any more; OutputCommitViolation if the guest's answers are not what they must be.
 */
export async function runLoad(options: LoadOptions): Promise<LoadResult> {
  const clients: Client[] = [];
  let fail: (error: Error) => void = () => {};
  const failure = new Promise<never>((_, reject) => {
    fail = reject;
  });
  failure.catch(() => {});
  const newTally = () => emptyTally((error) => fail(error));
  const recorder = new HighestCount();
  const first = newTally();
  const over = new AbortController();
  const load = { ...options, signal: AbortSignal.any([over.signal, ...(options.signal ? [options.signal] : [])]) };
  try {
    for (let key = 0; key < options.connections; key++) {
      const firstSequence = randomInt(1, mostFirstSequence);
      clients.push(await Client.open({ ...options, key, firstSequence, recorder }, first));
    }
    if (options.warmupSeconds > 0) await Promise.race([drive(clients, load, options.warmupSeconds), failure]);
    const tally = newTally();
    for (const client of clients) client.countIn(tally);
    const { seconds, unsent } = await Promise.race([drive(clients, load, options.seconds), failure]);
    const unanswered = clients.reduce((sum, { outstanding }) => sum + outstanding, unsent);
    const longestWaitsNs = clients.map(({ longestWaitNs }) => longestWaitNs).sort((a, b) => a - b);
    const { transactions, latency, failovers, repeated, repeatedDone } = tally;
    return { transactions, unanswered, seconds, latency, failovers, repeated, repeatedDone, longestWaitsNs };
  } finally {
    // Else what asks on time would go on to its end, when one has failed.
    over.abort();
    for (const client of clients) client.close();
  }
}

/** Counts that begin now. */
export function emptyTally(failed: (error: Error) => void): Tally {
  return { latency: emptyHistogram(), transactions: 0, failovers: 0, repeated: 0, repeatedDone: 0, failed };
}

/** What became of a time of loading. */
interface Driven {
  /** How long transactions took. */
  readonly seconds: number;
  /** Requests that were due and not sent. */
  readonly unsent: number;
}

/** Loads the server for that long and waits for what is still on its way; the signal ends it at once. */
async function drive(clients: readonly Client[], { rate, signal }: LoadOptions, seconds: number): Promise<Driven> {
  const begunNs = now();
  const endNs = begunNs + seconds * nsPerSecond;
  const driven = rate === null ? askAgain(clients, endNs) : askOnTime(clients, rate, begunNs, endNs, signal);
  const unsent = await Promise.race([driven, aborted(signal)]);
  return { seconds: (now() - begunNs) / nsPerSecond, unsent: unsent ?? 0 };
}

/** Never, without a signal. */
function aborted(signal: AbortSignal | undefined): Promise<undefined> {
  return new Promise((resolve) => {
    if (signal?.aborted) resolve(undefined);
    signal?.addEventListener('abort', () => resolve(undefined), { once: true });
  });
}

/** Closed loop: each client has one request under way, perhaps one that was sent before and is still unanswered. */
function askAgain(clients: readonly Client[], endNs: number): Promise<number> {
  return new Promise((resolve) => {
    const done = () => resolve(0);
    let busy = clients.length;
    for (const client of clients) {
      client.answered = () => {
        const at = now();
        if (at < endNs) client.request(at);
        else if (--busy === 0) done();
      };
      if (client.outstanding === 0) client.request(now());
    }
    setTimeout(done, (endNs + drainNs - now()) / 1e6).unref();
  });
}

/** Nearer than this, the next request is waited for without a timer, which may be late by a millisecond. */
const timerPrecisionNs = 2e6;
/** For so long at a time requests are sent that are late already; then answers are read. */
const sendingNs = 1e6;

/**
 * Open loop: requests go out when due, answered or not, to the clients in turn. What is still not sent when answers are waited for no
 * longer, because more are due than can be sent, is left, and its number returned.
 */
function askOnTime(
  clients: readonly Client[],
  rate: number,
  begunNs: number,
  endNs: number,
  signal: AbortSignal | undefined,
): Promise<number> {
  return new Promise((resolve) => {
    let sent = 0;
    const due = Math.round(((endNs - begunNs) / nsPerSecond) * rate);
    const late = () => now() > endNs + drainNs;
    const outstanding = () => clients.some((client) => client.outstanding > 0);
    const sendDue = () => {
      if (signal?.aborted) return;
      let dueNs = begunNs + (sent / rate) * nsPerSecond;
      const at = now();
      while (dueNs <= at && dueNs < endNs && now() < at + sendingNs) {
        clients[sent % clients.length]?.request(dueNs);
        dueNs = begunNs + (++sent / rate) * nsPerSecond;
      }
      if (dueNs >= endNs || late()) finish();
      else if (dueNs - at > timerPrecisionNs) setTimeout(sendDue, (dueNs - at - timerPrecisionNs) / 1e6);
      else setImmediate(sendDue);
    };
    const finish = () => {
      if (!outstanding() || late()) resolve(Math.max(0, due - sent));
      else setTimeout(finish, 1);
    };
    for (const client of clients) client.answered = () => {};
    sendDue();
  });
}
