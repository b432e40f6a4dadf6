import type { Duration } from './estimate.js';
import type { MeasuredPoint } from './measured.js';
import type { AnalysedPoint, PointFloor } from './point.js';
import { roleOf } from './role.js';
import { type Setting, settingOf } from './setting.js';

/** What the timer and the loop cost where nothing is collected: the null tracker's collect. */
export interface Floor extends Duration, Setting {
  /** The null tracker that measured it. */
  readonly scheme: string;
  /** Index into the header's points. */
  readonly index: number;
  readonly memoryBytes: number;
  readonly pagesPerEpoch: number;
  /** What the guest's memory was mapped with; absent: pages of 4 KiB. */
  readonly backing?: string | undefined;
}

type Facts = MeasuredPoint['facts'];

/** The floors that were measured, in the sweep's order. */
export function floorsOf(points: readonly MeasuredPoint[]): Floor[] {
  return points.flatMap(({ facts }) => {
    if (roleOf(facts.tracker) !== 'floor') return [];
    const { scheme, index, memoryBytes, pagesPerEpoch, backing } = facts;
    const mapped = backing === undefined ? {} : { backing };
    return {
      ...settingOf(facts),
      scheme,
      index,
      memoryBytes,
      pagesPerEpoch,
      ...mapped,
      ...durationAlone(facts.collect),
    };
  });
}

function durationAlone({ medianNs, lowNs, highNs, coverage }: Duration): Duration {
  return { medianNs, lowNs, highNs, coverage };
}

/** The point on its floor. */
export function onFloor(facts: Facts, floors: readonly Floor[]): AnalysedPoint {
  const floor = nearestFloor(facts, floors);
  const withinFloor = roleOf(facts.tracker) === 'floor' || (floor !== null && facts.collect.lowNs <= floor.highNs);
  return { ...facts, floor, withinFloor };
}

/** The floor on the same guest that is most like the point: the same cache first, then pages, then the rest. */
function nearestFloor(facts: Facts, floors: readonly Floor[]): PointFloor | null {
  const [nearest] = floors
    .filter((floor) => floor.guest === facts.guest)
    .map((floor) => ({ floor, away: distance(facts, floor) }))
    .sort((a, b) => a.away - b.away);
  if (nearest === undefined) return null;
  return { index: nearest.floor.index, exact: nearest.away === 0, ...durationAlone(nearest.floor) };
}

/** Factors of two between them in pages per epoch; another cache weighs more than any such factor, other guests beside it as much as one, the rest less. */
function distance(facts: Facts, floor: Floor): number {
  return (
    (facts.cache === floor.cache ? 0 : 1000) +
    factors(facts.pagesPerEpoch, floor.pagesPerEpoch) +
    factors(facts.memoryBytes, floor.memoryBytes) / 100 +
    (facts.vcpus === floor.vcpus ? 0 : 0.01) +
    (facts.guests === floor.guests && facts.oneProcess === floor.oneProcess ? 0 : 1) +
    (facts.backing === floor.backing ? 0 : 0.1) +
    (facts.workload === floor.workload ? 0 : 0.001)
  );
}

function factors(a: number, b: number): number {
  return Math.abs(Math.log2(a / b));
}
