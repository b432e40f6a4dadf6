import type { ResultsFile } from '../results/file.js';
import type { Interference, Point } from '../results/schema.js';
import { estimateSeconds } from './estimate.js';
import { measureInterference } from './interference.js';
import type { RunRound } from './isolate.js';
import { type Job, planJobs } from './plan.js';
import { RoundFailure } from './problem.js';
import { summarise } from './timing.js';

/** How far a run is. */
export interface Progress {
  readonly done: number;
  readonly total: number;
  /** Seconds until the end if what is left goes as what is done. */
  readonly secondsLeft: number;
}

/** What a run tells while it goes on. */
export interface RunEvents {
  interference(found: Interference): void;
  progress(progress: Progress): void;
  /** The kernel refused a round: what is left of that point is given up, the other points are measured. */
  failure(failure: RoundFailure): void;
}

/** How a run measures. */
export interface RunSettings {
  /** Workers that may measure at once, if the check for interference agrees. */
  readonly workers: number;
  readonly runRound: RunRound;
  readonly signal: AbortSignal;
}

/**
 * Measures what the file's header lists and the file does not hold yet; each round is on disk as soon as it is finished.
 * @throws WrongSetError and ends if a tracker loses a page; an AbortError if the signal says so.
 */
export async function measure(file: ResultsFile, settings: RunSettings, events: RunEvents): Promise<void> {
  const { header, rounds } = file.held;
  const jobs = planJobs(header, rounds);
  if (jobs.length === 0) return;
  const workers = await agreeWorkers(file, settings, events);
  const clock = new Clock(
    rounds.length,
    jobs.map((job) => estimateSeconds(header.points[job.point] as Point)),
    workers,
  );
  events.progress(clock.progress());

  const failure = new AbortController();
  const signal = AbortSignal.any([settings.signal, failure.signal]);
  const lane = async (): Promise<void> => {
    for (let job = jobs.shift(); job !== undefined; job = jobs.shift()) {
      const { point } = job;
      const failed = await measureJob(file, job, settings.runRound, signal);
      clock.finish(header.points[point] as Point);
      if (failed !== null) {
        events.failure(failed);
        for (const left of jobs.filter((other) => other.point === point)) jobs.splice(jobs.indexOf(left), 1);
      }
      events.progress(clock.progress());
    }
  };
  const lanes = Array.from({ length: workers }, () =>
    lane().catch((error: unknown) => {
      failure.abort();
      throw error;
    }),
  );
  await firstFailure(lanes);
}

/** Null: the round is on disk. */
async function measureJob(
  file: ResultsFile,
  job: Job,
  runRound: RunRound,
  signal: AbortSignal,
): Promise<RoundFailure | null> {
  const { header } = file.held;
  const point = header.points[job.point] as Point;
  try {
    const measurement = await runRound({ point, round: job.round, footprintBytes: header.footprintBytes }, signal);
    file.append({ kind: 'round', ...job, ...summarise(measurement) });
    return null;
  } catch (error) {
    if (error instanceof RoundFailure) return error;
    throw error;
  }
}

async function agreeWorkers(file: ResultsFile, settings: RunSettings, events: RunEvents): Promise<number> {
  if (settings.workers === 1) return 1;
  const { header } = file.held;
  const found = await measureInterference(header, settings);
  file.append(found);
  events.interference(found);
  return found.workers;
}

/** Waits until every lane has ended, then throws what the first of them failed with, not what that did to the others. */
async function firstFailure(lanes: readonly Promise<void>[]): Promise<void> {
  let failed = false;
  let reason: unknown;
  const watched = lanes.map((lane) =>
    lane.catch((error: unknown) => {
      if (!failed) reason = error;
      failed = true;
    }),
  );
  await Promise.all(watched);
  if (failed) throw reason;
}

/** Reckons the time left from how the estimates have held so far. */
class Clock {
  readonly #begin = Date.now();
  readonly #total: number;
  readonly #workers: number;
  #done: number;
  #estimatedLeft: number;
  #estimatedDone = 0;

  constructor(done: number, estimates: readonly number[], workers: number) {
    this.#done = done;
    this.#total = done + estimates.length;
    this.#workers = workers;
    this.#estimatedLeft = estimates.reduce((sum, seconds) => sum + seconds, 0);
  }

  finish(point: Point): void {
    this.#done++;
    this.#estimatedLeft -= estimateSeconds(point);
    this.#estimatedDone += estimateSeconds(point);
  }

  progress(): Progress {
    const spent = (Date.now() - this.#begin) / 1000;
    const pace = this.#estimatedDone === 0 ? 1 / this.#workers : spent / this.#estimatedDone;
    return { done: this.#done, total: this.#total, secondsLeft: Math.max(0, this.#estimatedLeft * pace) };
  }
}
