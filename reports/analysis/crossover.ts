import { type ComparedCost, type Contender, cheaperOf, comparedCosts, contendersAmong } from './comparison.js';
import { isFinding } from './coverage.js';
import { groupBy } from './group.js';
import type { AnalysedPoint } from './point.js';
import { isRecorded, type Setting, settingKey, settingOf } from './setting.js';

/** Two schemes along one axis of the measured grid, the other axis held. */
export interface Crossover extends Setting {
  readonly cost: ComparedCost;
  readonly first: string;
  readonly second: string;
  readonly along: 'pages' | 'memory';
  /** Where the other axis is held: bytes of memory along pages, pages per epoch along memory. */
  readonly held: number;
  /** Range of the axis in which both were measured: pages per epoch, or bytes. */
  readonly from: number;
  readonly to: number;
  readonly outcome: CrossoverOutcome;
}

/** Which of two schemes is cheaper along the axis, as far as that can be told. */
export type CrossoverOutcome =
  /** First the one, then the other, perhaps several times: from the least position up. */
  | { readonly kind: 'crosses'; readonly crossings: readonly Crossing[] }
  /** One is cheaper wherever the two can be told apart; the ratios say how many times, least and most. */
  | { readonly kind: 'one cheaper'; readonly cheaper: string; readonly leastRatio: number; readonly mostRatio: number }
  /** Neither is said to be cheaper: nowhere were both measured in rounds enough. */
  | { readonly kind: 'few rounds' }
  /** Nowhere can the two be told apart. */
  | { readonly kind: 'within noise' };

/** Where one becomes cheaper than the other as the axis grows. */
export interface Crossing {
  /** Where the medians cross, between measured points by log-log interpolation: pages per epoch, or bytes. */
  readonly at: number;
  /** The measured positions around it where the two can still be told apart. */
  readonly after: number;
  readonly before: number;
  /** Cheaper below `at`, and above it. */
  readonly below: string;
  readonly above: string;
  /** How many times the cheaper one's cost the other's is, at most: on the way up to `after`, and from `before` on. */
  readonly mostRatioBelow: number;
  readonly mostRatioAbove: number;
}

/** Each pair of schemes along pages per epoch at each memory, and along memory at each number of pages per epoch. */
export function crossoversOf(points: readonly AnalysedPoint[], noiseShare: number): Crossover[] {
  return comparedCosts.flatMap((cost) => [
    ...axes.pages(points).flatMap((line) => alongLine(line, 'pages', cost, noiseShare)),
    ...axes.memory(points).flatMap((line) => alongLine(line, 'memory', cost, noiseShare)),
  ]);
}

/** The points of one setting along an axis, the other axis held. */
interface Line {
  readonly setting: Setting;
  readonly held: number;
  /** Where on the axis a point is. */
  readonly at: (point: AnalysedPoint) => number;
  readonly points: readonly AnalysedPoint[];
}

const axes: Record<Crossover['along'], (points: readonly AnalysedPoint[]) => Line[]> = {
  // A recording has its own pages per epoch, the same at every memory.
  pages: (points) =>
    lines(
      points.filter((point) => !isRecorded(point)),
      (point) => point.memoryBytes,
      (point) => point.memoryBytes,
      (point) => point.pagesPerEpoch,
    ),
  memory: (points) =>
    lines(
      points,
      (point) => (isRecorded(point) ? 'recorded' : point.pagesPerEpoch),
      (point) => point.pagesPerEpoch,
      (point) => point.memoryBytes,
    ),
};

function lines(
  points: readonly AnalysedPoint[],
  key: (point: AnalysedPoint) => number | string,
  held: (point: AnalysedPoint) => number,
  at: (point: AnalysedPoint) => number,
): Line[] {
  const groups = groupBy(points, (point) => settingKey(point, key(point)));
  return [...groups.values()].flatMap((group) => {
    const [one] = group;
    return one === undefined ? [] : { setting: settingOf(one), held: held(one), at, points: group };
  });
}

function alongLine(line: Line, along: Crossover['along'], cost: ComparedCost, noiseShare: number): Crossover[] {
  const positions = [...groupBy(line.points, line.at)]
    .sort(([a], [b]) => a - b)
    .map(([at, points]) => ({ at, contenders: contendersAmong(points, cost) }));
  const schemes = [...new Set(positions.flatMap(({ contenders }) => contenders.map(({ scheme }) => scheme)))];
  return pairs(schemes).flatMap(([first, second]) => {
    const meetings = positions.flatMap(({ at, contenders }) => meetingOf(at, contenders, first, second, noiseShare));
    const [from, to] = [meetings.at(0)?.at, meetings.at(-1)?.at];
    if (from === undefined || to === undefined || from === to) return [];
    const outcome = outcomeOf(meetings);
    return { ...line.setting, cost, first, second, along, held: line.held, from, to, outcome };
  });
}

function pairs(schemes: readonly string[]): [string, string][] {
  return schemes.flatMap((first, i) => schemes.slice(i + 1).map((second): [string, string] => [first, second]));
}

/** Two schemes measured at the same place. */
interface Meeting {
  readonly at: number;
  readonly first: Contender;
  readonly second: Contender;
  /** Null where they cannot be told apart. */
  readonly cheaper: Contender | null;
}

function meetingOf(
  at: number,
  contenders: readonly Contender[],
  firstScheme: string,
  secondScheme: string,
  noiseShare: number,
): Meeting[] {
  const first = contenders.find(({ scheme }) => scheme === firstScheme);
  const second = contenders.find(({ scheme }) => scheme === secondScheme);
  if (first === undefined || second === undefined) return [];
  return [{ at, first, second, cheaper: cheaperOf(first, second, noiseShare) }];
}

function outcomeOf(meetings: readonly Meeting[]): CrossoverOutcome {
  const decided = meetings.flatMap((meeting, index) =>
    meeting.cheaper === null ? [] : { index, at: meeting.at, cheaper: meeting.cheaper.scheme, ratio: ratio(meeting) },
  );
  const [one] = decided;
  if (one === undefined) {
    const told = meetings.some(({ first, second }) => isFinding(first) && isFinding(second));
    return { kind: told ? 'within noise' : 'few rounds' };
  }
  const crossings = decided.flatMap((after, i): Crossing[] => {
    const before = decided[i + 1];
    if (before === undefined || before.cheaper === after.cheaper) return [];
    const at = whereMediansCross(meetings.slice(after.index, before.index + 1));
    return [
      {
        at,
        after: after.at,
        before: before.at,
        below: after.cheaper,
        above: before.cheaper,
        mostRatioBelow: mostInRun(decided.slice(0, i + 1).reverse()),
        mostRatioAbove: mostInRun(decided.slice(i + 1)),
      },
    ];
  });
  if (crossings.length > 0) return { kind: 'crosses', crossings };
  const ratios = decided.map(({ ratio }) => ratio);
  return {
    kind: 'one cheaper',
    cheaper: one.cheaper,
    leastRatio: Math.min(...ratios),
    mostRatio: Math.max(...ratios),
  };
}

/** The largest ratio of the run of meetings with one winner that comes first. */
function mostInRun(decided: readonly { readonly cheaper: string; readonly ratio: number }[]): number {
  const end = decided.findIndex(({ cheaper }) => cheaper !== decided[0]?.cheaper);
  return Math.max(...decided.slice(0, end === -1 ? undefined : end).map(({ ratio }) => ratio));
}

/** How many times the cheaper the dearer is. Below a nanosecond nothing can be told. */
function ratio({ first, second }: Meeting): number {
  return Math.exp(Math.abs(logRatio(first, second)));
}

function logRatio(first: Contender, second: Contender): number {
  return Math.log(Math.max(1, first.medianNs) / Math.max(1, second.medianNs));
}

/** The cheaper differs at the two ends: where, in between, the medians are first equal. */
function whereMediansCross(meetings: readonly Meeting[]): number {
  for (let i = 1; i < meetings.length; i++) {
    const [left, right] = [meetings[i - 1] as Meeting, meetings[i] as Meeting];
    const [a, b] = [logRatio(left.first, left.second), logRatio(right.first, right.second)];
    if (a === 0) return left.at;
    if (a * b <= 0) return Math.exp(Math.log(left.at) + (Math.log(right.at / left.at) * a) / (a - b));
  }
  throw new Error('the medians do not cross');
}
