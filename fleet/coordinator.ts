import { setTimeout as sleep } from 'node:timers/promises';
import { type Queue, type Job as QueueJob, Worker } from 'bullmq';
import { RoundFailure } from '../measure/problem.js';
import type { Progress } from '../measure/run.js';
import { WrongSetError } from '../measure/wrong-set.js';
import { type FleetFile, fleetKey } from '../results/fleet.js';
import type { Host, Point, Sharing } from '../results/schema.js';
import { removeQueues } from './clearing.js';
import { type Fleet, resultsQueue, roundsQueue } from './fleet.js';
import { type FleetResult, type Offer, type Run, resultSchema } from './message.js';
import { announce, type Notice, readNotice, takeUp, withdraw } from './notice.js';
import { Pace } from './pace.js';
import { Refusals } from './refusals.js';
import { readOffer, readRoster, removeHost } from './roster.js';
import { ForgedError } from './seal.js';
import { type Share, sharesOf } from './share.js';
import { Tasks } from './tasks.js';
import { unlessAborted, within } from './waiting.js';

/** The run was taken away from its coordinator. */
export class CancelledError extends Error {
  override readonly name = 'CancelledError';
}

/** What a run of a fleet tells while it goes on. */
export interface FleetEvents {
  progress(progress: Progress): void;
  /** A host has its line in the file. */
  host(host: Host): void;
  /** A round is given up, what is left of a point, or all that is left of a host; the others are measured. */
  failure(failure: RoundFailure): void;
  wrongSet(error: WrongSetError): void;
  said(text: string): void;
}

/** How a run of a fleet goes on. */
export interface FleetSettings {
  /** What the fleet is told, except for what changes meanwhile. */
  readonly run: Omit<Run, 'saidAt' | 'done' | 'rounds'>;
  /** How many hosts there are at the beginning. */
  readonly hosts: number;
  /** How long a host that has rounds of its own may be away until they are given up, in milliseconds. */
  readonly lostAfterMs: number;
  readonly signal: AbortSignal;
}

/** How often the run is announced again, and how often what went wrong is looked after, in milliseconds. */
const beatMs = 1000;
const careMs = 5000;
/** How long BullMQ holds a result for the coordinator that took it, in milliseconds: short, so that one started again soon gets it. */
const lockMs = 4000;
/** How long hosts have at the beginning to join, in milliseconds: they look about once a second. */
const joiningMs = 3000;
/** How long Redis, which may be away, is waited for at the end, in milliseconds. */
const endingMs = 2000;
/** Rounds that are put into a queue at once. */
const batch = 500;
/** How many rounds all queues together have at once, and how many each has at least. */
const mostQueued = 20_000;
const fewestQueued = 50;
/**
 * How long hosts have at the end to leave before a run's queues are removed, in milliseconds: a host that is still there would
 * make them anew. They look about once a second, but not in the middle of a round.
 */
export const leavingMs = 10_000;

/**
 * Measures what is left of the file's rounds on the hosts of a fleet: puts them into queues, and writes what comes of them into
 * the file. BullMQ decides who gets which round when, and gives one whose host is gone to another. The file says what is done:
 * a round goes in once, however often it comes, and what is neither there nor in a queue is put into its queue again.
 * @throws CancelledError if somebody cancelled it; an AbortError if the signal says so: hosts then finish their round and wait.
 */
export async function coordinate(
  fleet: Fleet,
  file: FleetFile,
  settings: FleetSettings,
  events: FleetEvents,
): Promise<void> {
  const coordinator = new Coordinator(fleet, file, settings, events);
  await coordinator.measure();
}

class Coordinator {
  readonly #fleet: Fleet;
  readonly #file: FleetFile;
  readonly #settings: FleetSettings;
  readonly #events: FleetEvents;
  readonly #sharing: Sharing;
  readonly #shares: readonly Share[];
  readonly #byHost: ReadonlyMap<string | null, Share>;
  readonly #queues = new Map<Share, Queue>();
  readonly #tasks: Tasks;
  readonly #pace: Pace;
  readonly #refusals = new Refusals();
  readonly #awayMs = new Map<string, number>();
  readonly #begunMs = Date.now();
  /** When rounds were looked after last. */
  #caredMs = Date.now();
  #broken: unknown = null;
  #isDeserted = false;

  constructor(fleet: Fleet, file: FleetFile, settings: FleetSettings, events: FleetEvents) {
    this.#fleet = fleet;
    this.#file = file;
    this.#settings = settings;
    this.#events = events;
    this.#sharing = settings.run.hosts;
    this.#shares = sharesOf(file);
    this.#byHost = new Map(this.#shares.map((share) => [share.host, share]));
    this.#tasks = new Tasks(fleet.seal, settings.run.run, file.header);
    this.#pace = new Pace(file.header.points, this.#shares, settings.hosts);
    for (const share of this.#shares) {
      this.#queues.set(share, fleet.queue(roundsQueue(settings.run.run, share.host)));
    }
  }

  async measure(): Promise<void> {
    const { run, signal } = this.#settings;
    const results = this.#fleet.queue(resultsQueue(run.run));
    const taker = new Worker(results.name, (job) => this.#take(job), {
      ...this.#fleet.options,
      concurrency: 1,
      lockDuration: lockMs,
      stalledInterval: lockMs / 2,
      maxStalledCount: 1000,
      removeOnComplete: { count: 0 },
      removeOnFail: { count: 0 },
    });
    taker.on('error', () => {});
    let ended = false;
    try {
      await unlessAborted(this.#begin(results), signal);
      ended = true;
    } catch (error) {
      if (signal.aborted) await within(endingMs, Promise.all([...this.#queues.values()].map((queue) => queue.pause())));
      ended = error instanceof CancelledError;
      throw error;
    } finally {
      const queues = [...this.#queues.values(), results];
      await this.#closeTaker(taker);
      if (ended) await unlessAborted(this.#clear(queues), signal);
      await within(endingMs, Promise.all(queues.map((queue) => queue.close())));
    }
  }

  async #begin(results: Queue): Promise<void> {
    const { run, signal } = this.#settings;
    await takeUp(this.#fleet, run.run);
    for (const queue of this.#queues.values()) await queue.resume();
    await this.#watch(results, signal);
  }

  /** Lets the result that is being taken be written, unless Redis is away: then it is handed in once more. */
  async #closeTaker(taker: Worker): Promise<void> {
    const isAway = this.#fleet.redis.status !== 'ready';
    const isClosed = await within(endingMs, taker.close(isAway));
    // Its connection would be tried again for ever, and keep the process.
    if (!isClosed && this.#settings.signal.aborted) taker.disconnect().catch(() => {});
  }

  /** Waits until nothing is left, and looks after the rounds meanwhile. */
  async #watch(results: Queue, signal: AbortSignal): Promise<void> {
    // What was handed in while nobody coordinated need not be measured again.
    while ((await backlog(results)) > 0) await this.#beat(signal);
    await this.#refill();
    this.#show();
    while (this.#left > 0) {
      await this.#beat(signal);
      if (Date.now() - this.#caredMs < careMs) continue;
      this.#caredMs = Date.now();
      await this.#care(results);
    }
  }

  /** @throws CancelledError; an AbortError; what went wrong when a result was taken. */
  async #beat(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const { run } = this.#settings;
    const notice = await this.#notice();
    if (notice.cancelled === run.run) throw new CancelledError('it was cancelled');
    if (notice.run !== null && notice.run.run !== run.run) throw new CancelledError('the fleet was given another run');
    const total = this.#shares.reduce((sum, share) => sum + share.total, 0);
    await announce(this.#fleet, { ...run, saidAt: new Date().toISOString(), rounds: total, done: total - this.#left });
    const endMs = Date.now() + beatMs;
    while (Date.now() < endMs && this.#left > 0) {
      await sleep(20);
      signal.throwIfAborted();
      if (this.#broken !== null) throw this.#broken;
    }
  }

  async #notice(): Promise<Notice> {
    try {
      return await readNotice(this.#fleet);
    } catch (error) {
      if (!(error instanceof ForgedError)) throw error;
      this.#events.said(`the announcement of a run is overwritten: it was ${error.message}`);
      return { run: null, cancelled: null };
    }
  }

  /** Looks after rounds that are in no queue, that no host could end, and whose host is gone. */
  async #care(results: Queue): Promise<void> {
    for (const [share, queue] of this.#queues) {
      if (share.left.size === 0) continue;
      for (const job of await queue.getFailed(0, batch)) await this.#giveUpFailed(share, job);
      const queued = await backlog(queue);
      const wanted = Math.min(share.left.size, this.#window / 2);
      if (queued + (await backlog(results)) < wanted) await this.#refill(share);
    }
    if (this.#sharing === 'each') await this.#noteAway();
    else await this.#noteNobody();
  }

  /** Puts what is left into its queue; what is there already stays as it is. */
  async #refill(only?: Share): Promise<void> {
    for (const [share, queue] of this.#queues) {
      if (only !== undefined && only !== share) continue;
      const left = [...share.left].slice(0, this.#window);
      for (let from = 0; from < left.length; from += batch) {
        const some = left.slice(from, from + batch);
        await queue.addBulk(some.map(([key, job]) => this.#tasks.task(key, share.host, job)));
      }
    }
  }

  /** Rounds that are in a queue at once: what Redis holds does not grow with the sweep. */
  get #window(): number {
    return Math.max(fewestQueued, Math.ceil(mostQueued / this.#shares.length));
  }

  /** Takes what came of a round. It is on disk before BullMQ is told that it was taken. */
  async #take(job: QueueJob): Promise<void> {
    if (this.#broken !== null) throw this.#broken;
    const result = this.#read(job);
    if (result === null) return;
    const offer = await readOffer(this.#fleet, result.host, (text) => this.#events.said(text));
    if (!this.#file.hasHost(result.host) && offer === null) return;
    const measuring = result.outcome.kind === 'refused' ? await this.#measuring() : [];
    try {
      this.#write(result, offer, measuring);
    } catch (error) {
      this.#broken = error;
      throw error;
    }
    this.#show();
  }

  /** Null: it is none of this run's; the round is measured again where it is missing. */
  #read(job: QueueJob): FleetResult | null {
    try {
      const result = this.#fleet.seal.open('result', resultSchema, job.data);
      return result.run === this.#settings.run.run ? result : null;
    } catch (error) {
      if (!(error instanceof ForgedError)) throw error;
      this.#events.said(`left out: ${error.message}`);
      return null;
    }
  }

  /** The hosts that measure this run now, by name. */
  async #measuring(): Promise<string[]> {
    const roster = await readRoster(this.#fleet, () => {});
    return roster
      .filter(({ alive, run }) => alive && run === this.#settings.run.run)
      .map(({ offer }) => offer.host.name);
  }

  #write({ host, point, twin, round, outcome }: FleetResult, offer: Offer | null, measuring: readonly string[]): void {
    const share = this.#byHost.get(this.#sharing === 'split' ? null : host);
    const key = fleetKey(this.#sharing, { point, twin, round, host });
    if (share === undefined || !share.left.has(key)) return;
    this.#know(host, offer);
    switch (outcome.kind) {
      case 'measured': {
        const { record } = outcome;
        if (record.point !== point || record.twin !== twin || record.round !== round || record.host !== host) {
          this.#events.said(`left out: a result of host '${host}' that says it is of another round`);
          return;
        }
        this.#file.append(record);
        share.left.delete(key);
        return;
      }
      case 'wrong set':
        this.#file.appendWrongSet({ kind: 'wrong set', point, round, host, message: outcome.message });
        this.#events.wrongSet(new WrongSetError(`host '${host}': ${outcome.message}`));
        this.#giveUp(share, point);
        return;
      case 'refused':
        this.#refuse(share, point, host, outcome.message, measuring);
        return;
    }
  }

  /** Gives up a point, or leaves it to the other hosts that share its rounds: the round is put into the queue again. */
  #refuse(share: Share, point: number, host: string, why: string, measuring: readonly string[]): void {
    const message = `host '${host}': ${why}`;
    this.#refusals.add(point, host);
    const hasOthers = !this.#refusals.areEnough(point, measuring);
    if (this.#sharing === 'split' && (hasOthers || Date.now() < this.#begunMs + joiningMs)) {
      if (hasOthers && this.#refusals.isToBeTold(point, host)) this.#events.said(`${message}; other hosts try it`);
      this.#caredMs = 0;
      return;
    }
    this.#events.failure(new RoundFailure(message));
    this.#giveUp(share, point);
  }

  /** Writes a host's line before the first of its rounds. */
  #know(name: string, offer: Offer | null): void {
    if (this.#file.hasHost(name) || offer === null) return;
    this.#file.appendHost(offer.host);
    this.#events.host(offer.host);
  }

  /** Leaves out what is not measured yet of a point. */
  #giveUp(share: Share, point: number): void {
    const queue = this.#queues.get(share);
    for (const [key, job] of [...share.left]) {
      if (job.point !== point) continue;
      share.left.delete(key);
      queue?.remove(key).catch(() => {});
    }
  }

  async #giveUpFailed(share: Share, failed: QueueJob): Promise<void> {
    const key = failed.id ?? '';
    const job = share.left.get(key);
    await failed.remove();
    if (job === undefined) return;
    const { tracker } = this.#file.header.points[job.point] as Point;
    this.#events.failure(new RoundFailure(`tracker '${tracker}', round ${job.round}: ${failed.failedReason}`));
    share.left.delete(key);
    this.#show();
  }

  /** Says that no host is there to share the rounds; they wait until one is. */
  async #noteNobody(): Promise<void> {
    const isDeserted = (await this.#measuring()).length === 0;
    if (isDeserted && !this.#isDeserted) this.#events.said('no host measures this run now: waiting until one does');
    this.#isDeserted = isDeserted;
  }

  /** Gives up the rounds of hosts that are away for too long; nobody else may measure them. */
  async #noteAway(): Promise<void> {
    const { run, lostAfterMs } = this.#settings;
    const roster = await readRoster(this.#fleet, () => {});
    for (const share of this.#shares) {
      const { host, left } = share;
      if (host === null || left.size === 0) continue;
      if (roster.some(({ offer, alive }) => alive && offer.host.name === host)) {
        if (this.#awayMs.delete(host)) this.#events.said(`host '${host}' is back`);
        continue;
      }
      const sinceMs = this.#awayMs.get(host);
      if (sinceMs === undefined) {
        this.#awayMs.set(host, Date.now());
        const seconds = Math.round(lostAfterMs / 1000);
        this.#events.said(
          `host '${host}' is away: its ${left.size} rounds are given up unless it is back in ${seconds} s`,
        );
      } else if (Date.now() - sinceMs > lostAfterMs) {
        this.#events.failure(
          new RoundFailure(`host '${host}' left before ${left.size} of its rounds of run ${run.run}`),
        );
        left.clear();
        this.#show();
      }
    }
  }

  /** Removes all that Redis holds of the run, once no host is about to put something there. */
  async #clear(queues: readonly Queue[]): Promise<void> {
    const { run } = this.#settings.run;
    const notice = await this.#notice();
    if (notice.run === null || notice.run.run === run) await withdraw(this.#fleet);
    const endMs = Date.now() + leavingMs;
    let members = await readRoster(this.#fleet, () => {});
    while (members.some((member) => member.alive && member.run === run) && Date.now() < endMs) {
      await sleep(100);
      members = await readRoster(this.#fleet, () => {});
    }
    await removeQueues(
      this.#fleet,
      queues.map(({ name }) => name),
    );
    for (const { offer, alive } of members) if (!alive) await removeHost(this.#fleet, offer.host.name);
  }

  get #left(): number {
    return this.#shares.reduce((sum, { left }) => sum + left.size, 0);
  }

  #show(): void {
    const total = this.#shares.reduce((sum, share) => sum + share.total, 0);
    const left = this.#left;
    this.#events.progress({ done: total - left, total, secondsLeft: this.#pace.secondsLeft() });
  }
}

/** How many jobs of a queue are waiting, taken, or failed and not yet looked after. */
async function backlog(queue: Queue): Promise<number> {
  const counts = await queue.getJobCounts('waiting', 'active', 'delayed', 'prioritized', 'failed');
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}
