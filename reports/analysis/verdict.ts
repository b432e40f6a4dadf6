import { formatSize } from '../../base/size.js';
import { formatNumber, formatPart } from '../units.js';
import { isFinding, roundsForFinding } from './coverage.js';
import type { Absent, Estimate } from './estimate.js';

/** Whether what a collect costs grows with the memory of the guest. */
export type MemoryVerdict = 'grows with memory' | 'does not' | 'cannot say';

/**
 * From this share on, or from the share that is noise if that is more, memory is what a collect is spent on. A cost that
 * grows 1.5 times over many times the memory owes it a third of its largest value.
 */
const growingShare = 1 / 3;

/** How far up the interval of a lesser share may reach for the cost to be called steady. */
const steadyBound = 1 / 2;

/** What a verdict rests on. */
interface Evidence {
  /** Nanoseconds for each page of memory. */
  readonly perPage: Estimate | Absent;
  /** Share that memory has of the collect at the largest memory, by the fit; null where that is absent. */
  readonly fitted: Estimate | null;
  /** Share that memory has of the collect by what smaller memories lack of it; null where that was not measured. */
  readonly measured: Estimate | null;
  readonly mostMemoryBytes: number;
  /** The share of a cost that is noise. */
  readonly noiseShare: number;
}

/**
 * Whether a collect grows with memory, and the numbers that say so. That it grows takes both the fit and, where there is such, what
 * was measured; that it does not goes by what was measured.
 */
export function judgeMemory({ perPage, fitted, measured, mostMemoryBytes, noiseShare }: Evidence): {
  verdict: MemoryVerdict;
  because: string;
} {
  if ('why' in perPage) return { verdict: 'cannot say', because: perPage.why };
  if (fitted === null) throw new Error('a cost for each page has a share');
  if (!isFinding(perPage)) {
    return {
      verdict: 'cannot say',
      because: `some points had fewer than the ${roundsForFinding} rounds that it takes to say`,
    };
  }
  const least = Math.max(growingShare, noiseShare);
  const shares = measured === null ? [fitted] : [fitted, measured];
  const steady = ({ value, high }: Estimate) => value < least && high <= Math.max(steadyBound, noiseShare);
  const because =
    `${formatNumber(perPage.value)} ns per page (${formatNumber(perPage.low)} to ${formatNumber(perPage.high)}); at ` +
    `${formatSize(mostMemoryBytes)} memory accounts for ${formatEstimate(fitted)} of the collect by the fit` +
    (measured === null ? '' : `, for ${formatEstimate(measured)} beside smaller memories`);
  if (perPage.low > 0 && fitted.low >= least && shares.every(({ value }) => value >= least)) {
    return { verdict: 'grows with memory', because };
  }
  // A fit of relative residuals cannot tell a slow rise from one in proportion: what was measured can.
  const foremost = measured ?? fitted;
  if (foremost.value < least && shares.some(steady)) return { verdict: 'does not', because };
  return { verdict: 'cannot say', because };
}

function formatEstimate({ value, low, high }: Estimate): string {
  return `${formatPart(value)} (${formatPart(low)} to ${formatPart(high)})`;
}
