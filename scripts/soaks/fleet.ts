import { lackOfServer } from '../../fleet/server.js';
import { runTrial, type TrialProgress } from '../../fleet/trial.js';
import { UsageError } from '../../measure/problem.js';
import { formatBytes } from '../../reports/units.js';
import { ownCommand } from '../runs/runs.js';
import { formatSeconds } from '../terminal/progress.js';
import { interruptedCode, openBar, type Soaked } from './soaking.js';

interface Soaking {
  readonly workers: number;
  readonly rounds: number;
  readonly fleetKills: number;
  readonly seed: number;
  /** Whether this part was asked for by itself. */
  readonly alone: boolean;
}

/**
 * Runs a fleet of processes that measure nothing, kills workers, coordinator and Redis, and looks for every round in the file.
 * @throws UsageError if there is no Redis to start; FailedTrialError if a round is missing or Redis is not empty.
 */
export async function soakFleet({ workers, rounds, fleetKills: kills, seed, alone }: Soaking): Promise<Soaked> {
  const lack = lackOfServer();
  if (lack !== null) {
    if (alone) throw new UsageError(lack);
    return { text: `fleet left out: ${lack}`, figures: { part: 'fleet', leftOut: lack } };
  }
  // Leaving by the front door ends the processes too.
  const leave = () => process.exit(interruptedCode);
  process.once('SIGINT', leave).once('SIGTERM', leave);
  const bar = openBar('rounds', rounds);
  const told = ({ rounds: done, kills: made }: TrialProgress) => bar.update(done, { setup: `${made} kills` });
  try {
    const result = await runTrial({ workers, rounds, kills, seed, command: ownCommand() }, told);
    const { worker, coordinator, redis } = result.kills;
    const { early, late } = result.coordinatorBytes;
    const text =
      `fleet: ${result.rounds} simulated rounds by ${workers} workers in ${formatSeconds(result.seconds)}, ${worker} kills of workers, ` +
      `${coordinator} of the coordinator, ${redis} of Redis: every round once in the file, nothing left in Redis; the coordinator takes ` +
      `${result.coordinatorMsPerRound.toFixed(2)} ms of CPU a round, and ${formatBytes(early)} of memory early, ${formatBytes(late)} late; ` +
      `Redis held ${formatBytes(result.redisBytes)} at most`;
    return {
      text,
      figures: {
        part: 'fleet',
        workers,
        rounds: result.rounds,
        hosts: result.hosts,
        seconds: result.seconds,
        workerKills: worker,
        coordinatorKills: coordinator,
        redisKills: redis,
        coordinatorMsPerRound: result.coordinatorMsPerRound,
        coordinatorBytesEarly: early,
        coordinatorBytesLate: late,
        redisBytes: result.redisBytes,
      },
    };
  } finally {
    bar.stop();
    process.off('SIGINT', leave).off('SIGTERM', leave);
  }
}
