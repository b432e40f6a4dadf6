import { faults } from '../../trials/faults.js';
import { nameOfTrial, runTrials, type TrialsProgress, trialSetups } from '../../trials/trials.js';
import { ownCommand } from '../runs/runs.js';
import { formatSeconds } from '../terminal/progress.js';
import { Clock, cutShort, interruptedCode, openBar, type Soaked } from './soaking.js';

interface Soaking {
  readonly kills: number;
  readonly minutes: number;
  readonly seed: number;
}

/** What of a trial counts once it has gone well. */
export type Finished = Pick<TrialsProgress, 'plan' | 'result'>;

/**
 * Kills primaries under load, and lets other faults strike, until so many are killed or time is over.
 * @throws FailedTrialError if something acknowledged is lost, two sides answered, or service did not go on.
 */
export async function soakFailover({ kills, minutes, seed }: Soaking): Promise<Soaked> {
  const setups = trialSetups();
  const clock = new Clock(minutes);
  // Leaving by the front door ends the servers too.
  const leave = () => process.exit(interruptedCode);
  process.once('SIGINT', leave).once('SIGTERM', leave);
  const bar = openBar('kills', kills);
  const made: Finished[] = [];
  try {
    for await (const progress of runTrials({ kills, seed, setups, command: ownCommand() })) {
      made.push(progress);
      bar.update(progress.kills, { setup: nameOfTrial(progress.plan) });
      if (clock.isOver) break;
    }
  } finally {
    bar.stop();
    process.off('SIGINT', leave).off('SIGTERM', leave);
  }
  return soakedOf(made, kills, setups.length, clock.seconds);
}

/** What these trials found together, of `wanted` kills that were asked for. */
export function soakedOf(made: readonly Finished[], wanted: number, setups: number, seconds: number): Soaked {
  const killing = made.filter(({ plan }) => plan.fault === 'kill');
  const kills = killing.filter(({ result }) => result.struck).length;
  const lateKills = killing.length - kills;
  const otherFaults = made.length - killing.length;
  const sum = (figure: 'acknowledged' | 'repeated' | 'repeatedDone') =>
    made.reduce((total, { result }) => total + result[figure], 0);
  const [acknowledged, repeated, repeatedDone] = [sum('acknowledged'), sum('repeated'), sum('repeatedDone')];
  const gaps = gapsOf(made);
  const late = lateKills === 0 ? '' : ` (and ${lateKills} kills that came when the standby served already)`;
  const text =
    `failover: ${cutShort(kills, wanted, 'kills')}${kills} kills and ${otherFaults} other faults${late} ` +
    `over ${setups} setups in ${formatSeconds(seconds)}: ${acknowledged} transactions acknowledged, ` +
    `none lost, memory and state as replayed; ${repeated} requests repeated, ${repeatedDone} of them done before; ` +
    formatGaps(gaps);
  return {
    text,
    figures: {
      part: 'failover',
      kills,
      lateKills,
      otherFaults,
      trials: made.length,
      acknowledged,
      repeated,
      repeatedDone,
      setups,
      seconds,
      gapNsMedian: gaps.middle?.ns ?? null,
      gapNsWorst: gaps.worst?.ns ?? null,
    },
  };
}

/** The service gap of a trial: the longest that any of its clients waited for an answer while none came. */
interface Gap {
  readonly ns: number;
  readonly seed: number;
}

/** The median and the longest of the trials in which a standby took over. */
interface Gaps {
  readonly middle: Gap | undefined;
  readonly worst: Gap | undefined;
}

function gapsOf(made: readonly Finished[]): Gaps {
  const ascending = made
    .filter(({ plan, result }) => result.struck && faults[plan.fault].takesOver)
    .map(({ plan, result }): Gap => ({ ns: result.gapNs, seed: plan.seed }))
    .sort((a, b) => a.ns - b.ns);
  return { middle: ascending[Math.floor(ascending.length / 2)], worst: ascending.at(-1) };
}

function formatGaps({ middle, worst }: Gaps): string {
  if (middle === undefined || worst === undefined) return 'no failover';
  const millis = ({ ns }: Gap) => `${Math.round(ns / 1e6)} ms`;
  return `service gap p50 ${millis(middle)}, worst ${millis(worst)} (seed ${worst.seed})`;
}
