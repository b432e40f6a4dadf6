import { isByHost, ofHost } from '../../results/hosts.js';
import type { Migrations } from '../../results/migrations.js';
import type { Isolation, Results } from '../../results/schema.js';
import type { Transactions } from '../../results/transactions.js';
import { type ArmingModel, armingModelsOf } from './arming-model.js';
import { type Crossover, crossoversOf } from './crossover.js';
import type { Absent } from './estimate.js';
import { type Floor, floorsOf, onFloor } from './floor.js';
import { type HostsAnalysis, hostsOf } from './hosts.js';
import { type LibraryContest, libraryContestsOf } from './library.js';
import { type Limited, limitsOf } from './limit.js';
import { measuredPoints } from './measured.js';
import { analyseMigrations, type MigrationsAnalysis } from './migrations.js';
import { type CostModel, modelsOf } from './model.js';
import { type Noise, noiseOf, noiseShare } from './noise.js';
import type { AnalysedPoint } from './point.js';
import { type Prediction, predictionsOf } from './prediction.js';
import { type Program, programsOf } from './program.js';
import { type RunFacts, runFactsOf } from './run.js';
import { type Schedule, schedulesOf } from './schedule.js';
import { type Table1, table1Of } from './table1.js';
import { analyseTransactions, type TransactionsAnalysis } from './transactions.js';
import { uncheckedOf } from './unchecked.js';
import { type Warning, warningsOf } from './warning.js';
import { type Winner, winnersOf } from './winner.js';
import { type WriteCost, writeCostsOf } from './writing.js';

/** What files of transactions and of migrations say. */
export interface Synchronisation {
  /** Table 1 measured end to end; null where it was not. */
  readonly transactions: TransactionsAnalysis | null;
  /** Guests moved under load; null where none were. */
  readonly migrations: MigrationsAnalysis | null;
}

/** What a results file says: plain data, from which tables and charts are drawn and `analysis.json` is written. */
export interface Analysis extends Synchronisation {
  readonly run: RunFacts;
  /** In the sweep's order. */
  readonly points: readonly AnalysedPoint[];
  /** The null trackers' points. */
  readonly floor: readonly Floor[];
  readonly noise: Noise | Absent;
  /** How each tracker was measured, and why; empty where one round was measured at a time, or none was decided. */
  readonly isolation: readonly Isolation[];
  /** Trackers with rounds that were measured beside others, though nothing says how they do then; absent: there are none. */
  readonly unchecked?: readonly string[];
  readonly models: readonly CostModel[];
  /** What guests up to 64 GiB say of larger ones, beside what was measured. */
  readonly predictions: readonly Prediction[];
  readonly crossovers: readonly Crossover[];
  readonly winners: readonly Winner[];
  /** Points beside the limit of what they must do, where that was measured. */
  readonly limits: readonly Limited[];
  /** The sets of libraries beside each scheme. */
  readonly libraries: readonly LibraryContest[];
  readonly table1: Table1;
  readonly schedule: readonly Schedule[];
  /** What each tracker charges the running guest. */
  readonly writing: readonly WriteCost[];
  /** What turning tracking on and off grows by with memory. */
  readonly arming: readonly ArmingModel[];
  readonly programs: readonly Program[];
  readonly warnings: readonly Warning[];
  /** What the hosts of a fleet measured, beside each other; absent where one machine measured. */
  readonly hosts?: HostsAnalysis;
}

/**
 * Analyses a results file, finished or not, and one of transactions and of migrations where there is one. The same files
 * give the same analysis, to the bit.
 * @throws AnalysisError if a histogram in it cannot be read.
 */
export function analyse(
  found: Results,
  transactions: Transactions | null = null,
  migrations: Migrations | null = null,
): Analysis {
  // Where every host measured all, what is said of a point is said of the first host: machines are no sample of each other.
  const [first] = found.hosts;
  const results = isByHost(found) && first !== undefined ? ofHost(found, first.name) : found;
  const measured = measuredPoints(results);
  const hosts = hostsOf(found, found === results ? measured : measuredPoints(found));
  const floor = floorsOf(measured);
  const points = measured.map(({ facts }) => onFloor(facts, floor));
  const noise = noiseOf(results);
  const models = modelsOf(measured, noiseShare(noise));
  const unchecked = uncheckedOf(results);
  return {
    run: runFactsOf(results),
    points,
    floor,
    noise,
    isolation: results.isolation,
    ...(unchecked.length > 0 && { unchecked }),
    models,
    predictions: predictionsOf(measured),
    crossovers: crossoversOf(points, noiseShare(noise)),
    winners: winnersOf(points, noiseShare(noise)),
    limits: limitsOf(points),
    libraries: libraryContestsOf(points, { noiseShare: noiseShare(noise), models }),
    table1: table1Of(points, models),
    ...analyseSynchronisation(transactions, migrations),
    schedule: schedulesOf(measured),
    writing: writeCostsOf(measured),
    arming: armingModelsOf(measured),
    programs: programsOf(points),
    warnings: warningsOf({ results, points, noise }),
    ...(hosts === null ? {} : { hosts }),
  };
}

/** Analyses a file of transactions and one of migrations, where there are such. */
export function analyseSynchronisation(
  transactions: Transactions | null,
  migrations: Migrations | null,
): Synchronisation {
  return {
    transactions: transactions === null ? null : analyseTransactions(transactions),
    migrations: migrations === null ? null : analyseMigrations(migrations),
  };
}
