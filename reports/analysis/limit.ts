import type { Duty } from '../../trackers/facts.js';
import { dutyOf } from './duty.js';
import type { Duration, Estimate } from './estimate.js';
import { groupBy } from './group.js';
import type { AnalysedPoint } from './point.js';
import { isContender, roleOf } from './role.js';
import { isRecorded, type Setting, settingKey, settingOf } from './setting.js';

/** A collect beside what the machine needs, in the same run, for the least that the scheme must do in it. */
export interface Limited extends Setting {
  readonly scheme: string;
  readonly tracker: string;
  readonly memoryBytes: number;
  readonly pagesPerEpoch: number;
  /** `read`: to read bytes one after another. `touch`: to reach one place in memory for each dirty page. */
  readonly duty: Duty['kind'];
  /** Bytes to read, or dirty pages to reach. */
  readonly amount: number;
  /** What that takes at best, measured on the simulated guest's limit trackers. */
  readonly limit: Duration;
  readonly collect: Duration;
  /** True: the collect cannot be told from the floor. */
  readonly withinFloor: boolean;
  /** How many times the limit the collect takes; its bounds are those that the two intervals allow. */
  readonly ratio: Estimate;
}

const readLimit = 'limit-read';
const touchLimit = 'limit-touch';

/** Every point for which a limit was measured with the same workload, cache and vCPUs, on whichever guest. */
export function limitsOf(points: readonly AnalysedPoint[]): Limited[] {
  const limits = groupBy(
    points.filter((point) => roleOf(point.tracker) === 'limit'),
    (point) => conditions(point),
  );
  return points.flatMap((point): Limited[] => {
    const duty = point.duty ?? dutyOf(point.tracker);
    if (duty === null || !(isContender(point) || roleOf(point.tracker) === 'library')) return [];
    const found = limitOf(point, duty, limits.get(conditions(point)) ?? []);
    return found === null ? [] : [limited(point, duty.kind, found)];
  });
}

/** A setting without its guest: a limit is the machine's. */
function conditions(point: AnalysedPoint): string {
  return settingKey({ ...settingOf(point), guest: '' });
}

interface Found {
  readonly amount: number;
  readonly limit: Duration;
}

function limitOf(point: AnalysedPoint, duty: Duty, limits: readonly AnalysedPoint[]): Found | null {
  if (duty.kind === 'read') return readingTime(point.memoryPages * duty.bytesPerPage, point, limits);
  const same = limits.find(
    (limit) =>
      limit.tracker === touchLimit &&
      limit.memoryBytes === point.memoryBytes &&
      (isRecorded(point) || limit.pagesPerEpoch === point.pagesPerEpoch),
  );
  return same === undefined ? null : { amount: point.dirtyPages, limit: durationOf(same) };
}

/** The limit reads a byte per page. Between two sizes that it was measured at, its time is taken for a straight line. */
function readingTime(bytes: number, point: AnalysedPoint, limits: readonly AnalysedPoint[]): Found | null {
  const away = (limit: AnalysedPoint) => Math.abs(Math.log(limit.pagesPerEpoch / point.pagesPerEpoch));
  const measured = limits.filter((limit) => limit.tracker === readLimit).toSorted((a, b) => away(a) - away(b));
  const bySize = [...groupBy(measured, (limit) => limit.memoryPages)]
    .flatMap(([size, [nearest]]) => (nearest === undefined ? [] : [{ size, time: durationOf(nearest) }]))
    .sort((a, b) => a.size - b.size);
  const above = bySize.find(({ size }) => size >= bytes);
  const below = bySize.findLast(({ size }) => size <= bytes);
  if (above === undefined || below === undefined) return null;
  const share = above.size === below.size ? 0 : (bytes - below.size) / (above.size - below.size);
  const coverage = Math.min(below.time.coverage, above.time.coverage);
  const between = (key: keyof Duration) => below.time[key] + share * (above.time[key] - below.time[key]);
  return {
    amount: bytes,
    limit: { medianNs: between('medianNs'), lowNs: between('lowNs'), highNs: between('highNs'), coverage },
  };
}

function limited(point: AnalysedPoint, duty: Duty['kind'], { amount, limit }: Found): Limited {
  const { scheme, tracker, memoryBytes, pagesPerEpoch, withinFloor } = point;
  const collect = durationOf(point);
  const over = (ns: number, limitNs: number) => ns / Math.max(1, limitNs);
  const ratio = {
    value: over(collect.medianNs, limit.medianNs),
    low: over(collect.lowNs, limit.highNs),
    high: over(collect.highNs, limit.lowNs),
    coverage: Math.min(collect.coverage, limit.coverage),
  };
  return {
    ...settingOf(point),
    scheme,
    tracker,
    memoryBytes,
    pagesPerEpoch,
    duty,
    amount,
    limit,
    collect,
    withinFloor,
    ratio,
  };
}

function durationOf({ collect: { medianNs, lowNs, highNs, coverage } }: AnalysedPoint): Duration {
  return { medianNs, lowNs, highNs, coverage };
}
