import { Random } from '../base/random.js';
import { FailedTrialError } from '../base/usererror.js';
import { availability } from '../guests/availability.js';
import { OutputCommitViolation, ReplicationError } from '../replication/error.js';
import { modeNames, modes } from '../replication/guest/modes.js';
import { commitNames, commits } from '../replication/primary/commit.js';
import { encodingNames } from '../replication/wire/encoding.js';
import { trackers } from '../trackers/registry.js';
import { faultNames } from './faults.js';
import { runTrial, type TrialPlan, type TrialResult } from './trial.js';

/** A kind of guest, and how what it writes is found. */
export type TrialSetup = Pick<TrialPlan, 'guest' | 'mode'>;

/** How many trials are run, and with what. */
export interface TrialsOptions {
  /** How often the primary is killed while it serves; other faults come on top, and kills that come when the standby serves already. */
  readonly kills: number;
  readonly seed: number;
  readonly setups: readonly TrialSetup[];
  /** What dirtybench is run with. */
  readonly command: readonly string[];
}

/** A trial that went well, and how far all are. */
export interface TrialsProgress {
  readonly plan: TrialPlan;
  readonly result: TrialResult;
  /** Those that counted, as `TrialsOptions` counts them. */
  readonly kills: number;
  readonly trials: number;
}

/** One trial in so many has another fault than a kill. */
const otherFaultIn = 5;
const otherFaults = faultNames.filter((name) => name !== 'kill');
const workloads = ['netperf-rr', 'uniform', 'zipf', 'trace:redis-set'] as const;
const mostConnections = 16;
/** The fault strikes between these, in milliseconds after the load has begun. */
const strikeBetweenMs = [20, 400] as const;

/** What trials run with: simulated guests, and KVM's where it works, in every synchronised mode. */
export function trialSetups(): TrialSetup[] {
  const synchronised = modeNames.filter((mode) => modes[mode].synchronised);
  const simulated = synchronised.map((mode) => ({ guest: 'simulated' as const, mode }));
  const real = synchronised.filter((mode) => availability(trackers[modes[mode].kvm]).works);
  return [...simulated, ...real.map((mode) => ({ guest: 'kvm' as const, mode }))];
}

/** The trial of that seed: commit modes take turns among kills and among other faults, so do those faults; the rest is drawn. */
export function planTrial(seed: number, setups: readonly TrialSetup[]): TrialPlan {
  const random = new Random(seed);
  const oneOf = <T>(all: readonly T[]) => all[random.below(all.length)] as T;
  const inTurn = <T>(all: readonly T[], turn: number) => all[turn % all.length] as T;
  const isOther = seed % otherFaultIn === otherFaultIn - 1;
  const [earliestMs, latestMs] = strikeBetweenMs;
  const othersBefore = Math.floor(seed / otherFaultIn);
  // Kills are counted by themselves: by the seed, a fifth commit mode would never meet a kill, as each fifth seed has another fault.
  const commit = inTurn(commitNames, isOther ? Math.floor(othersBefore / otherFaults.length) : seed - othersBefore);
  // Drawn also where it is not used, so that what is drawn next does not depend on the way to commit.
  const encode = oneOf(encodingNames);
  // Each draw takes the next number: drawn in another order, a seed that somebody was told would be another trial.
  return {
    seed,
    fault: isOther ? inTurn(otherFaults, othersBefore) : 'kill',
    commit,
    // Checkpoints are sent as whole pages: a primary refuses another encoding (scripts/options/guarding.ts).
    encode: commits[commit].keeps === 'requests' ? 'raw' : encode,
    onLoss: oneOf(['stop', 'wait']),
    ...oneOf(setups),
    workload: oneOf(workloads),
    connections: 1 + random.below(mostConnections),
    strikeMs: earliestMs + random.below(latestMs - earliestMs),
  };
}

/** `kill, buffered commit, raw pages, kvm-ring on a simulated guest, uniform, 7 connections`. */
export function nameOfTrial({ fault, commit, encode, mode, guest, workload, connections }: TrialPlan): string {
  return `${fault}, ${commit} commit, ${encode} pages, ${mode} on a ${guest} guest, ${workload}, ${connections} connections`;
}

/**
 * Runs trials until the primary has been killed `kills` times; the first has the seed `seed`, and each one more than the one before.
 * @throws FailedTrialError at the first that finds something wrong.
 */
export async function* runTrials({ kills, seed, setups, command }: TrialsOptions): AsyncGenerator<TrialsProgress> {
  for (let trials = 0, killed = 0; killed < kills; ) {
    const plan = planTrial(seed + trials, setups);
    const result = await runNamed(plan, command);
    trials++;
    if (plan.fault === 'kill' && result.struck) killed++;
    yield { plan, result, kills: killed, trials };
  }
}

async function runNamed(plan: TrialPlan, command: readonly string[]): Promise<TrialResult> {
  try {
    return await runTrial(plan, command);
  } catch (error) {
    if (!(error instanceof OutputCommitViolation || error instanceof ReplicationError)) throw error;
    const again = `dirtybench soak --part failover --kills 1 --seed ${plan.seed}`;
    throw new FailedTrialError(`failover, seed ${plan.seed} (${nameOfTrial(plan)}): ${error.message}; again: ${again}`);
  }
}
