import { setMaxListeners } from 'node:events';
import { touchedBytes } from '../results/cache.js';
import type { ResultsFile } from '../results/file.js';
import type { Isolation, Point, Results } from '../results/schema.js';
import { estimateSeconds } from './estimate.js';
import type { RunRound } from './isolate.js';
import { shortened, takeSample } from './isolation.js';
import { type Job, planJobs } from './plan.js';
import { RoundFailure } from './problem.js';
import { Schedule, type Turn } from './schedule.js';
import { WrongSetError } from './wrong-set.js';

/** How far a run is. */
export interface Progress {
  readonly done: number;
  readonly total: number;
  /** Seconds until the end if what is left goes as what is done. */
  readonly secondsLeft: number;
}

/** What a run tells while it goes on. */
export interface RunEvents {
  /** Measuring has decided whether a tracker's rounds are measured alone. */
  isolation(found: Isolation): void;
  progress(progress: Progress): void;
  /** The kernel refused a round: what is left of that point is given up, the other points are measured. Once a point. */
  failure(failure: RoundFailure): void;
  /**
   * A tracker answered with the wrong pages: that point is given up and marked in the file, the others are measured. Said again
   * of each that the file has marked already.
   */
  wrongSet(error: WrongSetError): void;
}

/** How a run measures. */
export interface RunSettings {
  /** Rounds that may be measured at once, of the trackers that do the same then as alone. */
  readonly workers: number;
  readonly runRound: RunRound;
  /**
   * How many rounds each point is to have, by what has been measured so far: asked again whenever all those are there. Absent: what the
   * header says.
   */
  readonly wanted?: ((results: Results) => readonly number[]) | undefined;
  readonly signal: AbortSignal;
}

/**
 * Measures what the file's header lists and the file does not hold yet, but for points that are marked as wrong; each round is on
 * disk as soon as it is finished.
 * @throws an AbortError if the signal says so; ResultsError if the file cannot be written.
 */
export async function measure(file: ResultsFile, settings: RunSettings, events: RunEvents): Promise<void> {
  const { header, wrongSets } = file.held;
  for (const { message } of wrongSets) events.wrongSet(new WrongSetError(message));
  const givenUp = new Set(wrongSets.map(({ point }) => point));
  const left = () => {
    const { results } = file;
    return planJobs(header, results.rounds, settings.wanted?.(results)).filter(({ point }) => !givenUp.has(point));
  };
  for (let jobs = left(); jobs.length > 0; jobs = left()) {
    for (const point of await measureJobs(file, jobs, settings, events)) givenUp.add(point);
  }
}

/** @returns the points that were given up */
async function measureJobs(
  file: ResultsFile,
  jobs: readonly Job[],
  settings: RunSettings,
  events: RunEvents,
): Promise<Iterable<number>> {
  const { header, rounds, isolation } = file.results;
  const schedule = new Schedule(header, jobs, settings.workers, isolation);
  for (const decided of schedule.decided) file.append(decided);
  const clock = new Clock(header.points, rounds.length + jobs.length, settings.workers);
  const progress = () => events.progress(clock.progress(schedule.unfinished));
  progress();

  const measureTurn = async (turn: Turn, signal: AbortSignal): Promise<void> => {
    if (schedule.hasGivenUp(turn.job.point)) return;
    const failed = await measureRound(file, turn, settings.runRound, signal);
    if (failed !== null) {
      if (failed instanceof WrongSetError) events.wrongSet(failed);
      else if (!schedule.hasGivenUp(turn.job.point)) events.failure(failed);
      schedule.giveUp(turn.job.point);
    } else if (turn.counts) {
      schedule.finish(turn.job);
      clock.finish(turn.job);
    }
    progress();
  };
  for (let block = schedule.next(); block !== null; block = schedule.next()) {
    await inLanes(block.alone, 1, settings.signal, measureTurn);
    await inLanes(block.beside, settings.workers, settings.signal, measureTurn);
    for (const found of schedule.conclude()) {
      file.append(found);
      events.isolation(found);
    }
  }
  return schedule.givenUp;
}

/** Null: the round is on disk, or in the check that it was measured for. */
async function measureRound(
  file: ResultsFile,
  { job, beside, check, counts }: Turn,
  runRound: RunRound,
  signal: AbortSignal,
): Promise<RoundFailure | WrongSetError | null> {
  const { header } = file.held;
  const planned = header.points[job.point] as Point;
  const point = counts ? planned : shortened(planned);
  const footprintBytes = touchedBytes(point.cache, header.footprintBytes, header.environment);
  try {
    const figures = await runRound({ point, round: job.round, footprintBytes }, signal);
    if (counts) file.append({ kind: 'round', ...job, beside, ...figures });
    if (check !== null) takeSample(check, beside, figures);
    return null;
  } catch (error) {
    if (error instanceof WrongSetError) {
      file.append({ kind: 'wrong set', point: job.point, round: job.round, message: error.message });
      return error;
    }
    if (error instanceof RoundFailure) return error;
    throw error;
  }
}

/** Takes the turns in order, as many at once as there are lanes; the first that throws ends the others. */
async function inLanes(
  turns: readonly Turn[],
  lanes: number,
  outer: AbortSignal,
  take: (turn: Turn, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const failure = new AbortController();
  const signal = AbortSignal.any([outer, failure.signal]);
  setMaxListeners(lanes + 1, signal);
  const left = [...turns];
  const lane = async (): Promise<void> => {
    for (let turn = left.shift(); turn !== undefined; turn = left.shift()) {
      signal.throwIfAborted();
      await take(turn, signal);
    }
  };
  await firstFailure(
    Array.from({ length: Math.min(lanes, turns.length) }, () =>
      lane().catch((error: unknown) => {
        failure.abort();
        throw error;
      }),
    ),
  );
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
  readonly #points: readonly Point[];
  readonly #total: number;
  readonly #workers: number;
  #estimatedDone = 0;

  constructor(points: readonly Point[], total: number, workers: number) {
    this.#points = points;
    this.#total = total;
    this.#workers = workers;
  }

  finish(job: Job): void {
    this.#estimatedDone += this.#estimate(job);
  }

  progress(unfinished: ReadonlySet<Job>): Progress {
    const spent = (Date.now() - this.#begin) / 1000;
    const pace = this.#estimatedDone === 0 ? 1 / this.#workers : spent / this.#estimatedDone;
    const left = [...unfinished].reduce((sum, job) => sum + this.#estimate(job), 0);
    return { done: this.#total - unfinished.size, total: this.#total, secondsLeft: left * pace };
  }

  #estimate({ point }: Job): number {
    return estimateSeconds(this.#points[point] as Point);
  }
}
