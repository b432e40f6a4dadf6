import type { Duration } from './estimate.js';
import { groupBy } from './group.js';
import type { AnalysedPoint } from './point.js';
import { isContender } from './role.js';
import { isRecorded, type Setting, settingKey, settingOf } from './setting.js';

/** What detection costs a real program (a recorded workload), for each of its responses. */
export interface Program extends Setting {
  readonly memoryBytes: number;
  /** Mean of distinct pages that the program writes between two responses. */
  readonly pagesPerResponse: number;
  /** Cheapest collect first. */
  readonly costs: readonly ProgramCost[];
}

/** What detection with one scheme costs a program, per response. */
export interface ProgramCost {
  readonly scheme: string;
  readonly collect: Duration;
  readonly total: Duration;
  readonly withinFloor: boolean;
}

/** Each recorded workload at each memory. */
export function programsOf(points: readonly AnalysedPoint[]): Program[] {
  const recorded = points.filter((point) => isRecorded(point) && isContender(point));
  return [...groupBy(recorded, (point) => settingKey(point, point.memoryBytes)).values()].flatMap((group) => {
    const [one] = group;
    if (one === undefined) return [];
    const costs = group.map(costOf).sort((a, b) => a.collect.medianNs - b.collect.medianNs);
    return { ...settingOf(one), memoryBytes: one.memoryBytes, pagesPerResponse: one.dirtyPages, costs };
  });
}

function costOf({ scheme, collect, total, withinFloor }: AnalysedPoint): ProgramCost {
  const { medianNs, lowNs, highNs, coverage } = collect;
  return { scheme, collect: { medianNs, lowNs, highNs, coverage }, total, withinFloor };
}
