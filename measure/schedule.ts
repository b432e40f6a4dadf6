import { Random } from '../base/random.js';
import type { Header, Isolation, Point } from '../results/schema.js';
import {
  beginIsolation,
  type Check,
  checkRounds,
  concludeCheck,
  differenceIn,
  leaveUnchecked,
  takesSeveralCores,
} from './isolation.js';
import { type Job, shuffle } from './plan.js';

/** Blocks that a run on several workers is measured in: in every other one, each check gets one round of its own. */
const blockCount = 2 * checkRounds;

/** A round to be measured; `check`: it is also, or only, a sample of how a tracker does alone or beside others. */
export interface Turn {
  readonly job: Job;
  readonly beside: boolean;
  /** The check that its collects go to. */
  readonly check: Check | null;
  /** False: it is measured for the check, and is no round of the results. */
  readonly counts: boolean;
}

/** Rounds that are measured one after another with nothing beside them, and those that are measured at once. */
export interface Block {
  readonly alone: readonly Turn[];
  readonly beside: readonly Turn[];
}

/**
 * Shares a run's rounds out among blocks, so that rounds which need the machine for themselves do not make all others
 * wait at each of them. The checks of isolation are spread over the blocks: a busy minute does not decide. Until a tracker
 * is decided its rounds are measured beside others; what is measured so of one that turns out to differ is measured again.
 * What was measured first stays in the file, marked `beside`, and is left out whenever that is read (results/file.ts): a run that ends
 * before all is measured again plans the rest when it is resumed.
 */
export class Schedule {
  readonly #header: Header;
  readonly #workers: number;
  readonly #checks: Set<Check>;
  readonly #alone: Set<string>;
  /** Not finished: those that are left to be given out, and those that are being measured. */
  readonly #unfinished: Set<Job>;
  #left: Job[];
  #provisional: Job[] = [];
  /** Checks whose point was given up since the last conclusion. */
  #abandoned: Check[] = [];
  readonly #givenUp = new Set<number>();
  #block = 0;

  /** Decided at once; to be kept with the results. */
  readonly decided: readonly Isolation[];

  constructor(header: Header, jobs: readonly Job[], workers: number, held: readonly Isolation[]) {
    this.#header = header;
    this.#workers = workers;
    this.#left = [...jobs];
    this.#unfinished = new Set(jobs);
    const { decided, checks } =
      workers === 1 ? { decided: [], checks: [] } : beginIsolation(header, jobs, workers, held);
    this.decided = decided;
    this.#checks = new Set(checks);
    this.#alone = new Set(
      [...held, ...decided].filter(({ measured }) => measured === 'alone').map(({ tracker }) => tracker),
    );
  }

  /** Rounds of the results that are not finished, as far as is known. */
  get unfinished(): ReadonlySet<Job> {
    return this.#unfinished;
  }

  /** A round is in the results. */
  finish(job: Job): void {
    this.#unfinished.delete(job);
  }

  /** The next rounds; null when all is measured and decided. */
  next(): Block | null {
    const samples = this.#samples();
    const share = this.#share();
    if (samples.length + share.length === 0) return null;
    this.#block++;
    const shuffled = shuffle([...samples, ...share.map((job) => this.#turn(job))], new Random(this.#block));
    // What is measured to see how it does beside others comes first: at a block's end there are no others any more.
    const turns = [
      ...shuffled.filter(({ check }) => check !== null),
      ...shuffled.filter(({ check }) => check === null),
    ];
    this.#provisional.push(...turns.filter(({ beside, counts }) => beside && counts).map(({ job }) => job));
    return { alone: turns.filter(({ beside }) => !beside), beside: turns.filter(({ beside }) => beside) };
  }

  /**
   * What the checks that have their rounds by now have found, and those whose point was given up; what must be measured
   * again is planned.
   */
  conclude(): Isolation[] {
    const done = [...this.#checks].filter(({ besideNs }) => besideNs.length >= checkRounds);
    const found = [
      ...done.map((check) => concludeCheck(check, this.#workers)),
      ...this.#abandoned.map((check) => leaveUnchecked(check, this.#workers)),
    ];
    for (const check of done) this.#checks.delete(check);
    this.#abandoned = [];
    for (const isolation of found) this.#heed(isolation);
    return found;
  }

  /** Gives up what is left of a point, and its tracker's check if it was on that point. */
  giveUp(point: number): void {
    this.#givenUp.add(point);
    this.#left = this.#left.filter((job) => job.point !== point);
    this.#provisional = this.#provisional.filter((job) => job.point !== point);
    for (const job of this.#unfinished) if (job.point === point) this.#unfinished.delete(job);
    for (const check of this.#checks) if (check.point === point) this.#abandon(check);
  }

  /** The points that were given up. */
  get givenUp(): ReadonlySet<number> {
    return this.#givenUp;
  }

  /** Whether a point is given up, so that a turn of it that was given out before is not to be taken any more. */
  hasGivenUp(point: number): boolean {
    return this.#givenUp.has(point);
  }

  #abandon(check: Check): void {
    this.#checks.delete(check);
    this.#abandoned.push(check);
  }

  /**
   * Heeds what was decided of a tracker: from now on its rounds are measured so. Where that is alone, the rounds of it that were measured
   * beside others are planned once more.
   */
  #heed({ tracker, measured }: Isolation): void {
    if (measured === 'alone') {
      this.#alone.add(tracker);
      const again = this.#provisional.filter(({ point }) => this.#tracker(point) === tracker);
      this.#left.push(...again);
      for (const job of again) this.#unfinished.add(job);
    }
    this.#provisional = this.#provisional.filter(({ point }) => this.#tracker(point) !== tracker);
  }

  /** One round of each check in every other block, alone and beside others. */
  #samples(): Turn[] {
    if (this.#block % 2 === 1 && this.#ready().length > 0) return [];
    return [...this.#checks].flatMap((check) => {
      const wanted: Job = { point: check.point, twin: false, round: check.aloneNs.length };
      const planned = this.#take(wanted);
      return [
        { job: planned ?? wanted, beside: false, check, counts: planned !== null },
        { job: wanted, beside: true, check, counts: false },
      ];
    });
  }

  /** Takes the job out of those that are left; null: it is measured already, or was never planned. */
  #take({ point, twin, round }: Job): Job | null {
    const found = this.#left.find((job) => job.point === point && job.twin === twin && job.round === round);
    if (found === undefined) return null;
    this.#left = this.#left.filter((job) => job !== found);
    return found;
  }

  /** The rounds that can be measured now: a block's part of them, no more. */
  #share(): Job[] {
    const ready = this.#ready();
    const taken = new Set(ready.slice(0, Math.ceil(ready.length / Math.max(1, blockCount - this.#block))));
    this.#left = this.#left.filter((job) => !taken.has(job));
    return [...taken];
  }

  /** What is left, without the rounds of trackers that seem to differ: those wait for their verdict. */
  #ready(): Job[] {
    const suspects = new Set(
      [...this.#checks].filter((check) => differenceIn(check) !== null).map(({ tracker }) => tracker),
    );
    return this.#left.filter(({ point }) => !suspects.has(this.#tracker(point)));
  }

  #turn(job: Job): Turn {
    const point = this.#header.points[job.point] as Point;
    const beside = this.#workers > 1 && !takesSeveralCores(point) && !this.#alone.has(point.tracker);
    return { job, beside, check: null, counts: true };
  }

  #tracker(point: number): string {
    return (this.#header.points[point] as Point).tracker;
  }
}
