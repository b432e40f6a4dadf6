import { formatSize } from '../../results/size.js';
import { formatNumber, formatPart } from '../units.js';
import type { Absent, Estimate } from './estimate.js';

export type MemoryVerdict = 'grows with memory' | 'does not' | 'cannot say';

/**
 * From this share on, or from the share that is noise if that is more, memory is what a collect is spent on. A cost that
 * grows 1.5 times over many times the memory owes it a third of its largest value.
 */
const growingShare = 1 / 3;

/** How far up the interval of a lesser share may reach for the cost to be called steady. */
const steadyBound = 1 / 2;

/**
 * Whether a collect grows with memory, and the numbers that say so.
 * @param perPage nanoseconds for each page of memory
 * @param share the share that memory has of the collect at `mostMemoryBytes`
 * @param noiseShare the share of a cost that is noise
 */
export function judgeMemory(
  perPage: Estimate | Absent,
  share: Estimate | null,
  mostMemoryBytes: number,
  noiseShare: number,
): { verdict: MemoryVerdict; because: string } {
  if ('why' in perPage) return { verdict: 'cannot say', because: perPage.why };
  if (share === null) throw new Error('a cost for each page has a share');
  const because =
    `${formatNumber(perPage.value)} ns a page (${formatNumber(perPage.low)} to ${formatNumber(perPage.high)}); at ` +
    `${formatSize(mostMemoryBytes)} memory accounts for ${formatPart(share.value)} of the collect ` +
    `(${formatPart(share.low)} to ${formatPart(share.high)})`;
  const least = Math.max(growingShare, noiseShare);
  if (perPage.low > 0 && share.low >= least) return { verdict: 'grows with memory', because };
  if (share.value < least && share.high <= Math.max(steadyBound, noiseShare)) return { verdict: 'does not', because };
  return { verdict: 'cannot say', because };
}
