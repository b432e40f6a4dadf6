import { dot, fitRelative } from '../regression.js';

/** A cost that was measured at one memory and number of dirty pages. */
export interface Sample {
  readonly memoryPages: number;
  readonly dirtyPages: number;
  /** Nanoseconds: the median, and its interval over rounds. */
  readonly medianNs: number;
  readonly lowNs: number;
  readonly highNs: number;
}

/** Where a cost is wanted. */
export interface Place {
  readonly memoryPages: number;
  readonly dirtyPages: number;
}

/**
 * How a cost is known: it was measured there; it lies between what was measured; or beyond it, in memory, in pages or in both.
 */
export type Basis = 'measured' | 'between' | 'extrapolated';

/** What a direct measurement there would find: the likely value, and the interval in which 19 of 20 such would lie. */
export interface Predicted {
  readonly value: number;
  readonly low: number;
  readonly high: number;
  readonly basis: Basis;
  /** Samples it was made from. */
  readonly samples: number;
}

/**
 * What one scheme differs by from one run to the next on the same machine (one deviation, as a share), which no single file
 * shows: runs of the same sweep on a shared machine differ by 5 to 15 % now and then.
 */
const betweenRuns = 0.15;
/** Memory or pages that vary by less than this factor count as held. */
const leastSpread = 1.5;
/** Places that differ by less than this factor are the same. */
const samePlace = 1.02;

type Axis = keyof Place;
const axes: readonly Axis[] = ['memoryPages', 'dirtyPages'];

/**
 * The cost at a place, from what was measured elsewhere: `a + b*memory + c*dirty`, of the forms without a
 * negative coefficient the one with the smallest residuals, with the interval of a further observation. Beyond what was measured a cost is
 * taken to grow no faster than in proportion, and not to fall: the interval holds both. Null: nothing was measured.
 */
export function predict(samples: readonly Sample[], place: Place): Predicted | null {
  const there = samples.filter((sample) => axes.every((axis) => factorBetween(sample[axis], place[axis]) < samePlace));
  if (there.length > 0) return measuredAt(there);
  const inside = clamped(samples, place);
  const curve = bestCurve(samples);
  const anchor = curve === null ? nearest(samples, place) : curve(inside);
  if (anchor === null) return null;
  const from = curve === null ? nearestSample(samples, place) : inside;
  const ratios = axes.map((axis) => place[axis] / Math.max(from?.[axis] ?? 1, Number.MIN_VALUE));
  if (ratios.every((ratio) => factorBetween(ratio, 1) < samePlace)) {
    return { ...anchor, basis: 'between', samples: samples.length };
  }
  const low = ratios.reduce((bound, ratio) => bound * Math.min(1, ratio), anchor.low);
  const high = ratios.reduce((bound, ratio) => bound * Math.max(1, ratio), anchor.high);
  const isKnown = axes.every((axis, i) => factorBetween(ratios[i] ?? 1, 1) < samePlace || isVaried(samples, axis));
  // How it grows along an axis that did not vary is not known: the middle between not at all and in proportion.
  const carried =
    curve !== null && isKnown
      ? curve(place).value
      : ratios.reduce((value, ratio) => value * Math.sqrt(ratio), anchor.value);
  return { value: Math.min(Math.max(carried, low), high), low, high, basis: 'extrapolated', samples: samples.length };
}

interface Interval {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** The value with an interval that reaches as far up as down, in proportion. */
function around(value: number, share: number): Interval {
  return { value, low: value / (1 + share), high: value * (1 + share) };
}

function measuredAt(there: readonly Sample[]): Predicted {
  const value = there.reduce((sum, { medianNs }) => sum + medianNs, 0) / there.length;
  const { low, high } = around(value, 2 * betweenRuns);
  return {
    value,
    low: Math.min(low, ...there.map(({ lowNs }) => lowNs)),
    high: Math.max(high, ...there.map(({ highNs }) => highNs)),
    basis: 'measured',
    samples: there.length,
  };
}

function nearestSample(samples: readonly Sample[], place: Place): Sample | null {
  const away = (sample: Sample) =>
    axes.reduce((sum, axis) => sum + Math.log(factorBetween(sample[axis], place[axis])), 0);
  return samples.toSorted((a, b) => away(a) - away(b))[0] ?? null;
}

function nearest(samples: readonly Sample[], place: Place): Interval | null {
  const sample = nearestSample(samples, place);
  return sample === null ? null : measuredAt([sample]);
}

/** The place, or the nearest to it within the span of what was measured. */
function clamped(samples: readonly Sample[], place: Place): Place {
  const within = (axis: Axis) => {
    const values = samples.map((sample) => sample[axis]);
    return Math.min(Math.max(place[axis], Math.min(...values)), Math.max(...values));
  };
  return { memoryPages: within('memoryPages'), dirtyPages: within('dirtyPages') };
}

function isVaried(samples: readonly Sample[], axis: Axis): boolean {
  const values = samples.map((sample) => sample[axis]);
  return Math.max(...values) >= Math.min(...values) * leastSpread;
}

function factorBetween(a: number, b: number): number {
  if (a === b) return 1;
  return Math.max(a, b) / Math.max(Math.min(a, b), Number.MIN_VALUE);
}

type Curve = (place: Place) => Interval;

type Term = 'fixed' | Axis;

/** The sums that a cost may be. */
const forms: readonly (readonly Term[])[] = [
  ['fixed'],
  ['memoryPages'],
  ['dirtyPages'],
  ['fixed', 'memoryPages'],
  ['fixed', 'dirtyPages'],
  ['memoryPages', 'dirtyPages'],
  ['fixed', 'memoryPages', 'dirtyPages'],
];

/** Null: there are too few samples for any form to be held against them. */
function bestCurve(samples: readonly Sample[]): Curve | null {
  const fitting = forms.filter((form) => form.every((term) => term === 'fixed' || isVaried(samples, term)));
  const fits = fitting.flatMap((form) => fitted(samples, form) ?? []);
  const best = fits.toSorted((a, b) => a.deviation - b.deviation)[0];
  return best?.curve ?? null;
}

interface Fitted {
  /** Of the relative residuals. */
  readonly deviation: number;
  readonly curve: Curve;
}

function fitted(samples: readonly Sample[], form: readonly Term[]): Fitted | null {
  const rowOf = (place: Place) => form.map((term) => (term === 'fixed' ? 1 : place[term]));
  const values = samples.map(({ medianNs }) => Math.max(1, medianNs));
  const rows = samples.map(rowOf);
  const freedom = samples.length - form.length;
  if (freedom < 1) return null;
  const fit = fitRelative(rows, values, form.length);
  if (fit === null || fit.coefficients.some((term) => term < 0)) return null;
  const { coefficients, solver } = fit;
  const residuals = rows.map((row, i) => 1 - dot(row, coefficients) / (values[i] as number));
  const deviation = Math.sqrt(dot(residuals, residuals) / freedom);
  const curve = (place: Place) => {
    const row = rowOf(place);
    const value = dot(row, coefficients);
    // What each sample's error moves the fit by there, as a share of it.
    const pulls = values.map(
      (measured, i) =>
        (dot(
          row,
          solver.map((term) => term[i] as number),
        ) *
          measured) /
        value,
    );
    const share = studentQuantile(freedom) * deviation * Math.sqrt(1 + dot(pulls, pulls));
    return around(value, Math.hypot(share, 2 * betweenRuns));
  };
  return { deviation, curve };
}

/** How many deviations hold 95 % of a Student's t distribution. */
function studentQuantile(freedom: number): number {
  const few = [12.71, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228];
  return few[freedom - 1] ?? 1.96 + 2.5 / freedom;
}
