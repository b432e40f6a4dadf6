import type { Environment, Header, Interference } from '../../results/schema.js';
import type { Crossover } from './crossover.js';
import type { Absent } from './estimate.js';
import type { Floor } from './floor.js';
import type { CostModel } from './model.js';
import type { Noise } from './noise.js';
import type { AnalysedPoint } from './point.js';
import type { Program } from './program.js';
import type { Schedule } from './schedule.js';
import type { Table1 } from './table1.js';
import type { Warning } from './warning.js';
import type { Winner } from './winner.js';

/** What a results file says: plain data, from which tables and charts are drawn and `analysis.json` is written. */
export interface Analysis {
  readonly run: RunFacts;
  /** In the sweep's order. */
  readonly points: readonly AnalysedPoint[];
  /** The null trackers' points. */
  readonly floor: readonly Floor[];
  readonly noise: Noise | Absent;
  /** One for each time the run was started or resumed with more than one worker. */
  readonly interference: readonly Interference[];
  readonly models: readonly CostModel[];
  readonly crossovers: readonly Crossover[];
  readonly winners: readonly Winner[];
  readonly table1: Table1;
  readonly schedule: readonly Schedule[];
  readonly programs: readonly Program[];
  readonly warnings: readonly Warning[];
}

/** What was run, where, and how to do it again. */
export interface RunFacts {
  /** Version of dirtybench. */
  readonly version: string;
  readonly sweep: string;
  readonly command: string;
  readonly startedAt: string;
  readonly environment: Environment;
  readonly load: number;
  readonly footprintBytes: number;
  readonly pointsAsked: number;
  /** Finished rounds, with the twin's, and those asked for. */
  readonly rounds: number;
  readonly roundsAsked: number;
  /** Measured epochs of all finished rounds: each was verified. */
  readonly epochs: number;
  /** Sum of the rounds' wall times; workers measure side by side. */
  readonly seconds: number;
  readonly seeds: readonly number[];
  readonly skipped: Header['skipped'];
  readonly unavailable: Header['unavailable'];
}
