import { median } from 'simple-statistics';
import type { Header, Interference, Point } from '../results/schema.js';
import { estimateSeconds } from './estimate.js';
import type { RunRound } from './isolate.js';

/** Slower than this with all workers busy, and the run makes do with fewer. */
const mostInflation = 0.1;
const controlRounds = 5;
const mostControlEpochs = 400;
/** Seconds that one control round may take, in the order of magnitude. */
const controlSeconds = 0.5;

/**
 * How many workers may measure at once on this machine. The control point is the one with the longest collect, since what
 * workers share is the path to memory; it is measured alone, then with every worker busy on it.
 */
export async function measureInterference(
  header: Header,
  { workers: wanted, runRound, signal }: { workers: number; runRound: RunRound; signal: AbortSignal },
): Promise<Interference> {
  const index = controlPoint(header.points);
  const point = shortened(header.points[index] as Point);
  const collectNs = async (round: number) =>
    medianOf((await runRound({ point, round, footprintBytes: header.footprintBytes }, signal)).collectNs);

  const alone: number[] = [];
  for (let round = 0; round < controlRounds; round++) alone.push(await collectNs(round));
  const aloneNs = median(alone);

  const tried: Interference['tried'] = [];
  for (let workers = wanted; workers > 1; workers--) {
    const busy: number[] = [];
    for (let round = 0; round < controlRounds; round++) {
      busy.push(...(await Promise.all(Array.from({ length: workers }, () => collectNs(round)))));
    }
    const busyNs = median(busy);
    const inflation = busyNs / aloneNs - 1;
    tried.push({ workers, busyNs, inflation });
    if (inflation <= mostInflation) return { kind: 'interference', point: index, aloneNs, tried, workers };
  }
  return { kind: 'interference', point: index, aloneNs, tried, workers: 1 };
}

function medianOf(epochsNs: Float64Array): number {
  return median(Array.from(epochsNs));
}

/** The point whose epochs take longest. */
function controlPoint(points: readonly Point[]): number {
  const seconds = points.map((point) => estimateSeconds({ ...point, epochs: mostControlEpochs }));
  return seconds.indexOf(Math.max(...seconds));
}

/** The same point with so few epochs that the check does not take as long as the run. */
function shortened(point: Point): Point {
  const seconds = estimateSeconds({ ...point, epochs: mostControlEpochs });
  return { ...point, epochs: Math.ceil(mostControlEpochs * Math.min(1, controlSeconds / seconds)) };
}
