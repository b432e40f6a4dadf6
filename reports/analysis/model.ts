import { formatSize, pageBytes } from '../../base/size.js';
import { formatNumber } from '../units.js';
import { estimate, type Medians } from './bootstrap.js';
import type { Absent, Estimate } from './estimate.js';
import { groupBy } from './group.js';
import type { MeasuredPoint } from './measured.js';
import { dot, fitRelative, type RelativeFit } from './regression.js';
import { roleOf } from './role.js';
import { type Setting, settingKey, settingOf } from './setting.js';
import { judgeMemory, type MemoryVerdict } from './verdict.js';

/** A coefficient in nanoseconds (for each page, or for each dirty page), with its interval. */
export interface FittedTerm extends Estimate {
  readonly kind: 'fitted';
}

/** How well a model fits. */
export interface FitQuality {
  readonly kind: 'fitted';
  /** Share of the variance explained, both weighted as the fit is; null where the cost does not vary. */
  readonly r2: number | null;
  /** Largest |measured - model| / measured. */
  readonly worstResidual: number;
}

/**
 * `collect = a + b*pages + c*dirty`, fitted to the medians of one scheme's points with relative residuals, so that small
 * and large guests count alike.
 */
export interface CostModel extends Setting {
  readonly scheme: string;
  readonly tracker: string;
  /** Points that were fitted. */
  readonly points: number;
  /** Range of the guest's memory in them. */
  readonly leastMemoryBytes: number;
  readonly mostMemoryBytes: number;
  /** a: nanoseconds that every collect costs. */
  readonly fixed: FittedTerm | Absent;
  /** b: nanoseconds for each page of guest memory. */
  readonly perPage: FittedTerm | Absent;
  /** c: nanoseconds for each page written in the epoch. */
  readonly perDirty: FittedTerm | Absent;
  readonly fit: FitQuality | Absent;
  /**
   * Share that b*pages has of the collect measured at the largest memory (and there at the fewest dirty pages), with its
   * interval; null where b is absent.
   */
  readonly memoryShare: Estimate | null;
  /**
   * The same share without the fit: what a collect at a quarter of that memory or less lacks of it, carried on to no
   * memory at all; null where no such was measured. A cost that rises slowly over a thousandfold of memory, as caches and
   * page tables make it do, has a small one.
   */
  readonly measuredShare: Estimate | null;
  readonly verdict: MemoryVerdict;
  /** The numbers that the verdict rests on, in a sentence. */
  readonly because: string;
}

/** Memory or dirty pages that vary by less than this factor count as held. */
const leastSpread = 1.5;
/** How many times smaller a memory must be for what its collect lacks to be told from noise. */
const leastDrop = 4;

/** A model for each scheme in each setting; null trackers have none. */
export function modelsOf(points: readonly MeasuredPoint[], noiseShare: number): CostModel[] {
  const schemes = points.filter(({ facts }) => roleOf(facts.tracker) !== 'floor');
  const groups = groupBy(schemes, ({ facts }) => settingKey(facts, facts.scheme));
  return [...groups.values()].map((group) => modelOf(group, noiseShare));
}

function modelOf(points: readonly MeasuredPoint[], noiseShare: number): CostModel {
  const byMemory = points.toSorted(
    (a, b) => b.facts.memoryBytes - a.facts.memoryBytes || a.facts.dirtyPages - b.facts.dirtyPages,
  );
  const largest = byMemory[0] as MeasuredPoint;
  const mostMemoryBytes = largest.facts.memoryBytes;
  const leastMemoryBytes = Math.min(...points.map(({ facts }) => facts.memoryBytes));
  const terms = fitTerms(points);
  const memoryShare =
    terms.perPage.kind === 'absent' ? null : shareOf(terms.perPage, largest.facts.memoryPages, largest.collect.medians);
  const measuredShare = terms.perPage.kind === 'absent' ? null : measuredShareOf(byMemory);
  return {
    ...settingOf(largest.facts),
    scheme: largest.facts.scheme,
    tracker: largest.facts.tracker,
    points: points.length,
    leastMemoryBytes,
    mostMemoryBytes,
    ...terms,
    memoryShare,
    measuredShare,
    ...judgeMemory({
      perPage: terms.perPage,
      fitted: memoryShare,
      measured: measuredShare,
      mostMemoryBytes,
      noiseShare,
    }),
  };
}

type Terms = Pick<CostModel, 'fixed' | 'perPage' | 'perDirty' | 'fit'>;

function fitTerms(points: readonly MeasuredPoint[]): Terms {
  const memory = heldReason('memory', points, ({ facts }) => facts.memoryPages, formatPages);
  const dirty = heldReason('dirty pages per epoch', points, ({ facts }) => facts.dirtyPages, formatNumber);
  const held = [memory, dirty].flatMap((reason) => reason ?? []);
  if (memory !== null && dirty !== null) return absentTerms(`no model: ${held.map(({ why }) => why).join('; ')}`);
  const rows = points.map(({ facts }) => [
    1,
    ...(memory === null ? [facts.memoryPages] : []),
    ...(dirty === null ? [facts.dirtyPages] : []),
  ]);
  const columns = 3 - held.length;
  const samples = points.map(({ collect }) => collect.medians);
  const fit = fitRelative(
    rows,
    samples.map((sample) => sample.median),
    columns,
  );
  if (fit === null) return absentTerms('memory and dirty pages change together here: vary one with the other held');
  const [fixed, ...slopes] = fit.solver.map((row) => termOf(row, samples));
  const perPage = memory ?? slopes.shift();
  const perDirty = dirty ?? slopes.shift();
  if (fixed === undefined || perPage === undefined || perDirty === undefined) throw new Error('a term is missing');
  return { fixed, perPage, perDirty, fit: qualityOf(fit, points.length, columns) };
}

function heldReason(
  what: string,
  points: readonly MeasuredPoint[],
  value: (point: MeasuredPoint) => number,
  show: (value: number) => string,
): Absent | null {
  const values = points.map(value);
  const [least, most] = [Math.min(...values), Math.max(...values)];
  if (most >= least * leastSpread && most > 0) return null;
  return { kind: 'absent', why: `${what} held at ${least === most ? show(least) : `${show(least)} to ${show(most)}`}` };
}

function formatPages(pages: number): string {
  return formatSize(pages * pageBytes);
}

function absentTerms(why: string): Terms {
  const absent: Absent = { kind: 'absent', why };
  return { fixed: absent, perPage: absent, perDirty: absent, fit: absent };
}

function termOf(solverRow: readonly number[], samples: readonly Medians[]): FittedTerm {
  return { kind: 'fitted', ...estimate((medians) => dot(solverRow, medians), samples) };
}

function qualityOf(fit: RelativeFit, points: number, columns: number): FitQuality | Absent {
  if (points > columns) return { kind: 'fitted', r2: fit.r2, worstResidual: fit.worstResidual };
  return { kind: 'absent', why: `${points} points and ${columns} terms: it fits whatever was measured` };
}

function shareOf(perPage: FittedTerm, pages: number, collect: Medians): Estimate {
  const share = (perPageNs: number) => (perPageNs * pages) / Math.max(1, collect.median);
  return {
    value: share(perPage.value),
    low: share(perPage.low),
    high: share(perPage.high),
    coverage: perPage.coverage,
  };
}

/** Between the first point and the largest at a quarter of its memory or less, with as many dirty pages. */
function measuredShareOf([largest, ...others]: readonly MeasuredPoint[]): Estimate | null {
  if (largest === undefined) return null;
  const { memoryPages, dirtyPages } = largest.facts;
  const smaller = others.find(
    ({ facts }) =>
      facts.memoryPages * leastDrop <= memoryPages &&
      Math.max(facts.dirtyPages, dirtyPages) < Math.min(facts.dirtyPages, dirtyPages) * leastSpread,
  );
  if (smaller === undefined) return null;
  const lacking = 1 - smaller.facts.memoryPages / memoryPages;
  return estimate(
    ([large, small]) => (1 - (small as number) / Math.max(1, large as number)) / lacking,
    [largest.collect.medians, smaller.collect.medians],
  );
}
