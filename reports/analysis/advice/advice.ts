import { pageBytes } from '../../../base/size.js';
import { groupBy } from '../group.js';
import { isContender } from '../role.js';
import { isSingle } from '../setting.js';
import { type Charge, chargeOf } from './charge.js';
import { type Place, type Predicted, predict, type Sample } from './curve.js';
import type { Evidence, EvidencePoint } from './evidence.js';
import type { Question } from './question.js';
import { roomOf } from './room.js';

/** A figure that follows from others, with what follows from the ends of their intervals. */
export interface Following {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** What one scheme would cost. */
export interface SchemeAdvice {
  readonly scheme: string;
  readonly tracker: string;
  /** The guest's stop at each I/O: detection, in nanoseconds. */
  readonly stop: Predicted;
  /** What marking costs the running guest between two I/Os; null: not measured, and what follows from it counts detection alone. */
  readonly charge: Charge | null;
  /** The writes of an epoch, with marking, in nanoseconds. */
  readonly run: Predicted;
  /** Share of its time (0 to 1) that detection and marking leave the guest. */
  readonly timeLeft: Following;
  /** I/Os per second at which the guest has time for nothing but its writes and their detection. */
  readonly highestHz: Following;
  /** I/Os per second at which detection and marking take the budget; null without one. */
  readonly budgetHz: Following | null;
  /** Bytes that the tracker itself needs; null where that is not known. */
  readonly roomBytes: number | null;
  /** The workload that its figures are of: the one asked for, or, where that was not measured enough, `uniform`. */
  readonly workload: string;
  /** The spans of what they were made from. */
  readonly measured: { readonly memoryBytes: Span; readonly pages: Span };
}

/** The least and the most. */
export interface Span {
  readonly least: number;
  readonly most: number;
}

/** An answer: plain data, of which a terminal and a page make the same words. */
export interface Advice {
  readonly question: Question;
  /** The cheapest first: by what detection and marking take of the guest between two I/Os. */
  readonly schemes: readonly SchemeAdvice[];
  /** Schemes that the evidence does not tell from the first. */
  readonly ties: readonly string[];
  /** Whether the I/Os asked for can be had with the first at all: surely, perhaps, or surely not. */
  readonly reach: 'yes' | 'unsure' | 'no';
}

/** Answers a question. The same evidence gives the same answer, to the bit. */
export function advise(evidence: Evidence, question: Question): Advice {
  const points = evidence.points.filter(
    (point) =>
      point.guest === question.guest && point.cache === question.cache && isSingle(point) && isContender(point),
  );
  const schemes = [...groupBy(points, ({ scheme }) => scheme).values()]
    .flatMap((group) => adviceOn(group, evidence, question) ?? [])
    .toSorted((a, b) => lossOf(a).value - lossOf(b).value);
  const [first] = schemes;
  return {
    question,
    schemes,
    ties: schemes
      .slice(1)
      .filter((other) => first !== undefined && lossOf(other).low <= lossOf(first).high)
      .map(({ scheme }) => scheme),
    reach: first === undefined ? 'no' : reachOf(first.highestHz, question.ioFrequency),
  };
}

/** What a scheme takes of the guest between two I/Os, in nanoseconds: detection and marking; where that was not measured, detection alone. */
function lossOf({ stop, charge }: Pick<SchemeAdvice, 'stop' | 'charge'>): Following {
  return {
    value: stop.value + (charge?.value ?? 0),
    low: stop.low + (charge?.low ?? 0),
    high: stop.high + (charge?.high ?? 0),
  };
}

function reachOf({ low, high }: Following, wanted: number): Advice['reach'] {
  if (low >= wanted) return 'yes';
  return high < wanted ? 'no' : 'unsure';
}

function adviceOn(points: readonly EvidencePoint[], evidence: Evidence, question: Question): SchemeAdvice | null {
  const place: Place = { memoryPages: question.memoryBytes / pageBytes, dirtyPages: question.pages };
  const used = pointsFor(points, question, place);
  const [first] = used;
  if (first === undefined) return null;
  const { scheme, tracker, workload } = first;
  const stop = predict(used.map(sampleOf('collect')), place);
  const run = predict(used.map(sampleOf('run')), place);
  if (stop === null || run === null) return null;
  const charge = chargeOf(evidence.writing, scheme, question, place);
  const loss = lossOf({ stop, charge });
  const { ioFrequency, budget } = question;
  const left = (ns: number) => Math.max(0, 1 - (ioFrequency * ns) / 1e9);
  const hz = (ns: number, share = 1) => (share * 1e9) / Math.max(1, ns);
  return {
    scheme,
    tracker,
    stop,
    charge,
    run,
    timeLeft: { value: left(loss.value), low: left(loss.high), high: left(loss.low) },
    highestHz: {
      value: hz(stop.value + run.value),
      low: hz(stop.high + run.high),
      high: hz(stop.low + run.low),
    },
    budgetHz:
      budget === null
        ? null
        : { value: hz(loss.value, budget), low: hz(loss.high, budget), high: hz(loss.low, budget) },
    roomBytes: roomOf(tracker, place.memoryPages),
    workload,
    measured: {
      memoryBytes: spanOf(used.map(({ memoryBytes }) => memoryBytes)),
      pages: spanOf(used.map(({ dirtyPages }) => dirtyPages)),
    },
  };
}

/** From so many points of the workload itself on, it needs no other's. */
const enoughPoints = 3;

/** The points that answer: those of the workload asked for if they are enough, or lie where it is asked; else the uniform ones. */
function pointsFor(points: readonly EvidencePoint[], question: Question, place: Place): readonly EvidencePoint[] {
  const own = points.filter(({ workload }) => workload === question.workload);
  const there = predict(own.map(sampleOf('collect')), place);
  if (own.length >= enoughPoints || there?.basis === 'measured') return own;
  const uniform = points.filter(({ workload }) => workload === 'uniform');
  return uniform.length > 0 ? uniform : own;
}

function sampleOf(cost: 'collect' | 'run'): (point: EvidencePoint) => Sample {
  return ({ memoryPages, dirtyPages, [cost]: { medianNs, lowNs, highNs } }) => ({
    memoryPages,
    dirtyPages,
    medianNs,
    lowNs,
    highNs,
  });
}

function spanOf(values: readonly number[]): Span {
  return { least: Math.min(...values), most: Math.max(...values) };
}
