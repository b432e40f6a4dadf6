import type { Analysis } from './analysis.js';
import { isFinding } from './coverage.js';
import type { Duration } from './estimate.js';
import type { AnalysedPoint } from './point.js';
import { type Setting, settingOf } from './setting.js';
import type { Winner } from './winner.js';

/** What a program wants of a run: its points, the fastest of each setting, and the noise. Times are in ns. */
export interface Summary {
  readonly points: readonly SummaryPoint[];
  /** Of each setting in which two or more trackers were measured in rounds enough to tell. */
  readonly fastest: readonly (Setting & Pick<Winner, 'memoryBytes' | 'pagesPerEpoch' | 'scheme' | 'ties' | 'next'>)[];
  /** By what share the same point differs from itself; null where too few rounds tell. */
  readonly noiseShare: number | null;
}

interface SummaryPoint
  extends Setting,
    Pick<
      AnalysedPoint,
      | 'tracker'
      | 'memoryBytes'
      | 'pagesPerEpoch'
      | 'ioFrequency'
      | 'dirtyRate'
      | 'ringEntries'
      | 'clearChunkBytes'
      | 'backing'
      | 'rounds'
      | 'withinFloor'
      | 'precision'
    > {
  readonly detection: Duration;
  /** The guest's writes, with marking. */
  readonly writes: Duration;
}

/** The summary of a run. */
export function summaryOf({ points, winners, noise }: Analysis): Summary {
  const told = noise.kind === 'measured' && isFinding(noise.difference);
  return {
    points: points.map(summaryPoint),
    fastest: winners.filter(({ cost }) => cost === 'collect').map(fastest),
    noiseShare: told ? noise.share : null,
  };
}

function summaryPoint(point: AnalysedPoint): SummaryPoint {
  const { tracker, memoryBytes, pagesPerEpoch, ioFrequency, dirtyRate, ringEntries, clearChunkBytes, backing } = point;
  const { rounds, withinFloor, precision, collect, run } = point;
  return {
    ...settingOf(point),
    ...{ tracker, memoryBytes, pagesPerEpoch, ioFrequency, dirtyRate, ringEntries, clearChunkBytes, backing },
    ...{ rounds, withinFloor, precision },
    detection: durationOf(collect),
    writes: durationOf(run),
  };
}

function durationOf({ medianNs, lowNs, highNs, coverage }: Duration): Duration {
  return { medianNs, lowNs, highNs, coverage };
}

function fastest(winner: Winner): Summary['fastest'][number] {
  const { memoryBytes, pagesPerEpoch, scheme, ties, next } = winner;
  return { ...settingOf(winner), memoryBytes, pagesPerEpoch, scheme, ties, next };
}
