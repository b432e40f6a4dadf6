import { hostname } from 'node:os';
import { type Job, type Queue, UnrecoverableError, Worker } from 'bullmq';
import { UserError } from '../base/usererror.js';
import type { RoundFigures } from '../measure/isolate.js';
import { RoundFailure } from '../measure/problem.js';
import { lackOfRoom } from '../measure/room.js';
import type { RoundTask } from '../measure/round.js';
import { WrongSetError } from '../measure/wrong-set.js';
import { touchedBytes } from '../results/cache.js';
import { knownTracker } from '../trackers/registry.js';
import { checkWorkloadName, isTracePath } from '../workloads/registry.js';
import { type Fleet, resultsQueue, roundsQueue } from './fleet.js';
import { isAlike, kindOf } from './kind.js';
import { type FleetJob, type FleetResult, jobSchema, type Offer, type Run } from './message.js';
import { type HostModules, remedy, shortHash, withPaths } from './module.js';
import { type Notice, readNotice } from './notice.js';
import { type Recordings, remedy as recordingRemedy } from './recording.js';
import { Membership } from './roster.js';
import { ForgedError } from './seal.js';

/** What a host tells while it measures. */
export interface HostEvents {
  joined(run: Run): void;
  left(run: string): void;
  measured(done: number): void;
  /** Something that was not done, and why; or that needs to be known. */
  said(text: string): void;
}

/** How a host measures. */
export interface HostSettings {
  readonly offer: Offer;
  /** Measures a round as `measure` does: in a process in which nothing else runs. */
  readonly runRound: (task: RoundTask) => Promise<RoundFigures>;
  /** What it has beside the shipped workloads. */
  readonly recordings: Recordings;
  readonly modules: HostModules;
  /** How long it may be silent in the middle of a round before that is given to another host, in milliseconds. */
  readonly lockMs: number;
}

/** How often an idle host looks for something to measure, in milliseconds. */
const idleMs = 1000;
/** Beats of an idle host that must be missing before it counts as gone: some may come late where the machine is busy. */
const missedBeats = 5;
/** Oldest announcement of a run that a host acts on, by its own clock, in milliseconds: an older one is taken for a replayed copy. */
const oldestMs = 10 * 60_000;
/** Pause before a result that a coordinator could not write is offered again, to it or to the next one, in milliseconds. */
const retryMs = 2000;
/** How often a round that ended its host's worker is given to another before it is given up. */
const mostStalls = 20;

/** One host of the fleet: takes rounds from the run's queue, one at a time, and hands in what came of them. */
export class FleetHost {
  readonly #fleet: Fleet;
  readonly #settings: HostSettings;
  readonly #events: HostEvents;
  readonly #membership: Membership;
  #joined: Joined | null = null;
  /** It is leaving the run that it joined: it finishes the round that is under way, and takes no other. */
  #leaving: Promise<void> | null = null;
  #measuring = false;
  #done = 0;
  #lastSaid = '';
  #closing = false;
  #timer: NodeJS.Timeout | undefined;
  #lastBeatMs = 0;
  #beating: Promise<void> = Promise.resolve();
  #isBeating = false;

  constructor(fleet: Fleet, settings: HostSettings, events: HostEvents) {
    this.#fleet = fleet;
    this.#settings = settings;
    this.#events = events;
    this.#membership = new Membership(fleet, settings.offer, Math.max(settings.lockMs, missedBeats * idleMs));
  }

  /** Offers the host; it measures from now on. */
  async open(): Promise<void> {
    await this.#membership.beat(null);
    this.#schedule();
  }

  /** Finishes the round that it is measuring, if any, hands in its result, and leaves the fleet. */
  async close(): Promise<void> {
    this.#closing = true;
    clearTimeout(this.#timer);
    await this.#beating;
    await this.#leave();
    await this.#membership.leave();
  }

  /**
   * Plans the next beat. In the middle of a round there are only as many as keep the host's place, so that Redis is not spoken
   * to in one that is shorter than half of the lock's time.
   */
  #schedule(): void {
    clearTimeout(this.#timer);
    if (this.#closing || this.#isBeating) return;
    const pauseMs = this.#measuring ? this.#settings.lockMs / 2 : idleMs;
    const waitMs = Math.max(0, this.#lastBeatMs + pauseMs - Date.now());
    this.#timer = setTimeout(() => {
      this.#isBeating = true;
      this.#beating = this.#beat()
        .catch((error: unknown) => this.#events.said(textOf(error)))
        .finally(() => {
          // Also one that failed at once: the next comes after its pause.
          this.#lastBeatMs = Date.now();
          this.#isBeating = false;
        });
      this.#beating.then(() => this.#schedule());
    }, waitMs);
  }

  async #beat(): Promise<void> {
    await this.#membership.beat(this.#joined?.run.run ?? null);
    const notice = await this.#notice();
    this.#lastBeatMs = Date.now();
    if (this.#closing) return;
    if (this.#joined !== null && notice.run?.run !== this.#joined.run.run) {
      // Not awaited: the round under way may take longer than the host counts as alive without a beat.
      this.#leave().catch((error: unknown) => this.#events.said(textOf(error)));
    }
    if (this.#joined === null && notice.run !== null) await this.#consider(notice.run);
  }

  async #notice(): Promise<Notice> {
    try {
      return await readNotice(this.#fleet);
    } catch (error) {
      if (!(error instanceof ForgedError)) throw error;
      this.#sayOnce(`forged ${error.message}`, `a run is not joined: ${error.message}`);
      return { run: null, cancelled: null };
    }
  }

  /** Joins a run that is meant for this host; otherwise says why not. */
  async #consider(run: Run): Promise<void> {
    const why = this.#whyNot(run);
    if (why === null) await this.#join(run);
    else this.#sayOnce(run.run, `run of '${run.sweep}' is not joined: ${why}`);
  }

  #sayOnce(what: string, text: string): void {
    if (this.#lastSaid !== what) this.#events.said(text);
    this.#lastSaid = what;
  }

  #whyNot(run: Run): string | null {
    const { host } = this.#settings.offer;
    const ageMs = Math.abs(Date.now() - Date.parse(run.saidAt));
    if (ageMs > oldestMs) {
      return `it was announced ${Math.round(ageMs / 60_000)} minutes ago by this machine's clock; its coordinator is gone, or the clocks differ`;
    }
    if (run.names !== null && !run.names.includes(host.name)) return 'it began before this host was in the fleet';
    const label = run.labels.find(
      ({ name, value }) => !host.labels.some((one) => one.name === name && one.value === value),
    );
    if (label !== undefined) return `it is for hosts with the label ${label.name}=${label.value}`;
    if (run.kind !== null && !isAlike(run.kind, kindOf(host)))
      return 'its rounds are shared among hosts of another kind';
    const missing = run.trackers.find((tracker) => host.unavailable.some((one) => one.tracker === tracker));
    if (missing !== undefined) return `tracker '${missing}' does not work here`;
    const module = run.modules.find((sha256) => !this.#settings.modules.has(sha256));
    if (module !== undefined)
      return `its module with ${shortHash(module)} is not here, and its rounds are left to others: ${remedy}`;
    const recording = run.recordings.find((sha256) => !this.#settings.recordings.has(sha256));
    if (recording !== undefined)
      return `its recording with ${shortHash(recording)} is not here, and its rounds are left to others: ${recordingRemedy}`;
    if (run.memoryBytes > host.environment.memoryBytes) return 'this machine has too little memory for it';
    return null;
  }

  async #join(run: Run): Promise<void> {
    const { lockMs, offer } = this.#settings;
    const results = this.#fleet.queue(resultsQueue(run.run));
    const queue = roundsQueue(run.run, run.hosts === 'each' ? offer.host.name : null);
    const worker = new Worker(queue, (job) => this.#take(job, run, results), {
      ...this.#fleet.options,
      name: offer.host.name,
      concurrency: 1,
      lockDuration: lockMs,
      stalledInterval: lockMs / 2,
      maxStalledCount: mostStalls,
      removeOnComplete: { count: 0 },
    });
    // Redis being away is said once, by the connection; a round that failed, by whoever takes it.
    worker.on('error', () => {});
    this.#joined = { run, worker, results };
    this.#events.joined(run);
    await this.#membership.beat(run.run);
  }

  /** Leaves the run, if it is in one, when the round under way has been handed in. */
  async #leave(): Promise<void> {
    if (this.#joined !== null) this.#leaving ??= this.#finish(this.#joined);
    await this.#leaving;
  }

  async #finish({ run, worker, results }: Joined): Promise<void> {
    try {
      await worker.close();
      await results.close();
      this.#joined = null;
    } finally {
      this.#leaving = null;
    }
    this.#events.left(run.run);
    // Who waits for the host to leave the run is told at once.
    this.#lastBeatMs = 0;
    this.#schedule();
  }

  /** Measures one round, and hands in what came of it. */
  async #take(job: Job, run: Run, results: Queue): Promise<void> {
    const told = this.#read(job, run);
    this.#measuring = true;
    this.#schedule();
    try {
      const outcome = await this.#measure(told);
      const { run: id, point, twin, round } = told;
      const host = this.#settings.offer.host.name;
      const result: FleetResult = { run: id, host, point, twin, round, outcome };
      const jobId = `${encodeURIComponent(host)}.${job.id ?? ''}`;
      const kept = { jobId, removeOnComplete: true, attempts: 1_000_000, backoff: { type: 'fixed', delay: retryMs } };
      await results.add('result', this.#fleet.seal.seal('result', result), kept);
    } finally {
      this.#measuring = false;
      this.#schedule();
    }
    this.#done++;
    this.#events.measured(this.#done);
  }

  /** @throws UnrecoverableError if a job is not one that this host was told by its fleet. */
  #read(job: Job, run: Run): FleetJob {
    const name = this.#settings.offer.host.name;
    try {
      const told = this.#fleet.seal.open('job', jobSchema, job.data);
      if (told.run !== run.run || (told.host !== null && told.host !== name))
        throw new ForgedError('a job of another run');
      return told;
    } catch (error) {
      if (!(error instanceof ForgedError)) throw error;
      const text = `${hostname()} refused ${error.message}`;
      this.#events.said(text);
      throw new UnrecoverableError(text);
    }
  }

  async #measure({ of, point: index, twin, round, recording }: FleetJob): Promise<FleetResult['outcome']> {
    const { offer, runRound, recordings, modules } = this.#settings;
    const { environment, name } = offer.host;
    const workload = isTracePath(of.workload) ? recordings.get(recording ?? '') : of.workload;
    if (workload === undefined) {
      return refused(
        `workload '${of.workload}' is not here: start the worker with --recording FILE, of the same content`,
      );
    }
    try {
      const point = withPaths({ ...of, workload }, modules);
      if (knownTracker(point.tracker) === null) return refused(`there is no tracker '${point.tracker}' here`);
      checkWorkloadName(point.workload);
      const why = lackOfRoom(point, environment.memoryBytes);
      if (why !== null) return refused(why);
      const footprintBytes = touchedBytes(point.cache, offer.host.footprintBytes, environment);
      const figures = await runRound({ point, round, footprintBytes });
      const beside = offer.shared;
      const record = {
        kind: 'round' as const,
        point: index,
        twin,
        round,
        host: name,
        beside,
        ...figures,
      };
      return { kind: 'measured', record };
    } catch (error) {
      if (error instanceof WrongSetError) return { kind: 'wrong set', message: error.message };
      if (error instanceof RoundFailure || error instanceof UserError) return refused(error.message);
      throw error;
    }
  }
}

/** A run that is measured. */
interface Joined {
  readonly run: Run;
  readonly worker: Worker;
  readonly results: Queue;
}

function refused(message: string): FleetResult['outcome'] {
  return { kind: 'refused', message };
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
