import { Bench } from 'tinybench';
import { pageBytes } from '../base/size.js';
import type { Guest } from '../guests/guest.js';
import { openGuest } from '../guests/registry.js';
import type { Point, Round } from '../results/schema.js';
import { exactnessOf } from '../trackers/catalogue.js';
import { findsNothing } from '../trackers/facts.js';
import type { TrackerKind } from '../trackers/registry.js';
import { openWorkload } from '../workloads/registry.js';
import type { Workload } from '../workloads/workload.js';
import { slowed } from './against/slowed.js';
import { type ArmingCost, ArmingCosts } from './arming.js';
import { FirstWrites } from './first-write.js';
import { isFloor } from './floor.js';
import { Footprint } from './footprint.js';
import { RunningCollects, type RunningCost } from './running.js';
import { Verification } from './verification.js';
import { warmup } from './warmup.js';
import { lastWrites } from './wrong-set.js';

/** One repetition of a point, as it is handed to a worker. */
export interface RoundTask {
  readonly point: Point;
  readonly round: number;
  /** Bytes that the guest touches before each collect, unless the point's cache is warm. */
  readonly footprintBytes: number;
  /** Collects are made to take this many times as long, on purpose; absent: they are not. */
  readonly slowdown?: number;
  /** This guest is not measured, but beside one that is; absent: it is measured. */
  readonly companion?: Companion;
}

/** A guest beside one that is measured. */
export interface Companion {
  /** Which of them, from 0: it writes pages of its own. */
  readonly number: number;
  /** Where it counts its epochs, and at which index. */
  readonly epochs: Int32Array<SharedArrayBuffer>;
  readonly index: number;
}

/** What a round measured, with what each epoch took in nanoseconds. */
export interface Measurement
  extends Pick<
    Round,
    | 'startedAt'
    | 'seconds'
    | 'epochs'
    | 'writes'
    | 'dirtyPages'
    | 'reportedPages'
    | 'forcedExits'
    | 'unitPages'
    | 'firstWrite'
    | 'arming'
    | 'running'
    | 'writesHash'
  > {
  readonly runNs: Float64Array;
  readonly collectNs: Float64Array;
  /** The part of each collect that went to kernel calls; null where it makes none. */
  readonly kernelNs: Float64Array | null;
}

/** After so many epochs a companion begins anew, so that what it keeps does not grow. */
const restartEvery = 1000;

/** Room for pages that a collect should not have found, so that they can be named. */
const spare = 64;

/** The seed of a round: each repetition of a point writes other pages, the same ones for every tracker. */
export function roundSeed(seed: number, round: number): number {
  return (Math.imul(seed + 1, 0x9e3779b1) ^ Math.imul(round + 1, 0x85ebca6b)) >>> 0;
}

/**
 * Runs one round of a point watched by `tracker`, in an isolate that should have run none before.
 * @throws WrongSetError if a collect is not what was written; whatever the guest throws.
 */
export function runRound(task: RoundTask, tracker: TrackerKind): Measurement {
  const pages = task.point.memoryBytes / pageBytes;
  const { ringEntries, clearChunkBytes, vcpus, backing = '4k' } = task.point;
  const guest = openGuest(tracker, { pages, ringEntries, clearChunkBytes, vcpus, backing });
  try {
    const watched = task.slowdown === undefined ? guest : slowed(guest, task.slowdown);
    const unitPages = guest.unitPages ?? 1;
    const loop = new EpochLoop(task, pages, watched, unitPages);
    if (task.companion !== undefined) loop.accompany(task.companion);
    if (tracker.guest === 'simulated' || findsNothing(tracker)) return loop.run();
    const findsMore = exactnessOf(task.point.tracker) !== 'exact';
    const firstWrites = new FirstWrites(guest, { pages, unitPages, findsMore });
    const fresh = backing === '4k' ? {} : { freshNs: firstWrites.fresh() };
    const measurement = loop.run();
    return {
      ...measurement,
      firstWrite: { ...firstWrites.measure(), ...fresh },
      ...(task.point.collect === undefined ? {} : { running: loop.collectRunning() }),
      ...(task.point.arming === undefined ? {} : armingOf(guest, pages, findsMore)),
    };
  } finally {
    guest.close();
  }
}

/** Nothing of a tracker that has nothing to turn on. */
function armingOf(guest: Guest, pages: number, findsMore: boolean): { arming?: ArmingCost } {
  const { arming, unitPages = 1 } = guest;
  return arming === undefined
    ? {}
    : { arming: new ArmingCosts({ guest, arming, pages, unitPages, findsMore }).measure() };
}

function workloadOf({ point, round, companion }: RoundTask, pages: number): Workload {
  const { pagesPerEpoch, seed } = point;
  const own = companion === undefined ? round : -1 - companion.number;
  return openWorkload(point.workload, { pages, pagesPerEpoch, seed: roundSeed(seed, own) });
}

/** The measuring loop: run, (displace the caches,) collect, verify; the first and the third are timed. */
class EpochLoop {
  readonly #task: RoundTask;
  readonly #pages: number;
  readonly #guest: Guest;
  readonly #unitPages: number;
  readonly #writes: Uint32Array;
  readonly #collected: Uint32Array;
  readonly #footprint: Footprint | null;
  readonly #verification: Verification;
  readonly #runNs: number[] = [];
  readonly #kernelNs: number[] = [];
  #workload: Workload;
  #forcedBefore = 0;
  #displaces = true;
  #written = 0;
  #found = 0;

  constructor(task: RoundTask, pages: number, guest: Guest, unitPages: number) {
    this.#task = task;
    this.#pages = pages;
    this.#guest = guest;
    this.#unitPages = unitPages;
    this.#workload = workloadOf(task, pages);
    const { mostWrites } = this.#workload;
    const mostDirty = task.point.pagesPerEpoch ?? mostWrites;
    this.#writes = new Uint32Array(mostWrites);
    const exactness = exactnessOf(task.point.tracker);
    const mostFound = Math.min(pages, mostDirty * unitPages);
    this.#collected = new Uint32Array((exactness === 'exact' ? mostFound : pages) + spare);
    this.#footprint = task.point.cache === 'warm' ? null : new Footprint(task.footprintBytes);
    this.#verification = new Verification(
      mostFound,
      isFloor(task.point.tracker),
      (epochs) => lastWrites(workloadOf(task, pages), epochs),
      unitPages,
      exactness === 'exact' ? null : pages,
    );
  }

  run(): Measurement {
    const startedAt = new Date();
    const collectMs = this.#timeCollects();
    return {
      startedAt: startedAt.toISOString(),
      seconds: (Date.now() - startedAt.getTime()) / 1000,
      epochs: this.#task.point.epochs,
      writes: this.#verification.writes,
      dirtyPages: this.#verification.dirtyPages,
      reportedPages: this.#verification.reportedPages,
      forcedExits: this.#guest.forcedExits - this.#forcedBefore,
      ...(this.#unitPages === 1 ? {} : { unitPages: this.#unitPages }),
      writesHash: this.#verification.writesHash,
      runNs: Float64Array.from(this.#runNs),
      collectNs: Float64Array.from(collectMs, (ms) => ms * 1e6),
      kernelNs: this.#kernelNs.length === 0 ? null : Float64Array.from(this.#kernelNs),
    };
  }

  /** Goes on from epoch to epoch, each verified, until its process ends. @throws WrongSetError if a collect is not what was written. */
  accompany({ epochs, index }: Companion): never {
    for (;;) {
      // What it took is of no interest, and would grow.
      this.#restart('warm-up');
      for (let epoch = 0; epoch < restartEvery; epoch++) {
        this.#run();
        this.#collect();
        this.#verify();
        Atomics.add(epochs, index, 1);
      }
    }
  }

  /** The guest goes on writing the pages of the first epoch, while it is collected again and again. */
  collectRunning(): RunningCost {
    this.#restart('measured');
    const list = new Uint32Array(new Set(this.#writes.subarray(0, this.#workload.next(this.#writes))));
    const findsMore = exactnessOf(this.#task.point.tracker) !== 'exact';
    return new RunningCollects({ guest: this.#guest, pages: this.#pages, findsMore, list }).measure();
  }

  /** One tinybench iteration is one epoch; milliseconds of each. */
  #timeCollects(): readonly number[] {
    const bench = new Bench({
      iterations: this.#task.point.epochs,
      time: 0,
      warmupIterations: this.#warmupEpochs(),
      warmupTime: 0,
      retainSamples: true,
      timestampProvider: 'hrtimeNow',
      throws: true,
    });
    bench.add('collect', () => this.#collect(), {
      async: false,
      beforeAll: (mode) => {
        this.#displaces = mode === 'run';
        this.#restart(mode === 'run' ? 'measured' : 'warm-up');
      },
      beforeEach: () => this.#run(),
      afterEach: () => this.#verify(),
    });
    const result = bench.runSync()[0]?.result;
    if (result?.state !== 'completed' || result.latency.samples === undefined) {
      throw new Error(`the timed loop ended '${result?.state}'`);
    }
    return result.latency.samples;
  }

  /**
   * As many epochs as fill the time of a warm-up, from the fastest of the first ones: later ones are no slower. V8 compiles by how often a
   * function has been called: the caches are displaced in the first epochs alone, so that there are many more in that time.
   */
  #warmupEpochs(): number {
    this.#restart('warm-up');
    const begin = process.hrtime.bigint();
    let fastestNs = Number.POSITIVE_INFINITY;
    let spentNs = 0;
    for (let epoch = 0; epoch < warmup.fewest || spentNs < warmup.firstNs; epoch++) {
      this.#displaces = epoch < warmup.displaced;
      this.#run();
      this.#collect();
      this.#verify();
      const nowNs = Number(process.hrtime.bigint() - begin);
      fastestNs = Math.min(fastestNs, nowNs - spentNs);
      spentNs = nowNs;
    }
    return Math.min(warmup.most, Math.max(warmup.fewest, Math.round(warmup.ns / fastestNs)));
  }

  /**
   * Before the warm-up and again before the measured epochs: nothing that was counted before counts, and the writes
   * begin anew, so that every tracker is measured with the same ones however long its warm-up was.
   */
  #restart(phase: 'warm-up' | 'measured'): void {
    this.#workload = workloadOf(this.#task, this.#pages);
    this.#verification.restart(phase);
    this.#forcedBefore = this.#guest.forcedExits;
    this.#runNs.length = 0;
    this.#kernelNs.length = 0;
  }

  #run(): void {
    this.#written = this.#workload.next(this.#writes);
    const begin = process.hrtime.bigint();
    this.#guest.run(this.#writes, this.#written);
    this.#runNs.push(Number(process.hrtime.bigint() - begin));
    if (this.#displaces) this.#footprint?.touch();
  }

  /** The only part that tinybench times. */
  #collect(): void {
    this.#found = this.#guest.collect(this.#collected);
  }

  #verify(): void {
    if (this.#guest.kernelNs !== undefined) this.#kernelNs.push(this.#guest.kernelNs);
    this.#verification.check(this.#writes, this.#written, this.#collected, this.#found);
  }
}
