import type { Steadiness } from '../analysis/steadiness.js';
import { formatShare } from '../units.js';

/**
 * What the state of processes and machine means for the figures, a sentence for each thing that is known. `untrue`: what a
 * warm-up that was too short makes of them.
 */
export function steadinessText(
  { steady, unsteady, idleShare }: Steadiness,
  untrue: 'rates are too low' | 'times are too long',
): string[] {
  const warmed = steady + unsteady;
  const warmth =
    unsteady === 0
      ? `Each of ${warmed} rounds was warmed up until its pace no longer rose`
      : `${unsteady} of ${warmed} rounds still became faster when their warm-up ended: their ${untrue}. **Remedy:** a longer \`--warmup\``;
  const idleness =
    idleShare === null
      ? []
      : [
          `The machine’s cores were idle for ${formatShare(idleShare)} of the time (median of the rounds): a core that falls idle ` +
            'is slow to wake, so that the same processes do more per second on a machine that other work keeps awake',
        ];
  return [...(warmed === 0 ? [] : [warmth]), ...idleness];
}
