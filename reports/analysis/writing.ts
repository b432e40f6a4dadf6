import { estimate } from './bootstrap.js';
import type { Estimate } from './estimate.js';
import type { MeasuredPoint } from './measured.js';
import { roleOf } from './role.js';
import { type Setting, settingKey, settingOf } from './setting.js';

/** What tracking charges the running guest: the writes of an epoch, less the same writes when nothing tracks them. */
export interface WriteCost extends Setting {
  readonly scheme: string;
  readonly tracker: string;
  /** The guest's floor tracker, whose writes are taken off. */
  readonly floor: string;
  readonly memoryBytes: number;
  readonly pagesPerEpoch: number;
  /** Nanoseconds an epoch. Below nothing, it is lost in the noise of the writes. */
  readonly perEpoch: Estimate;
  /** Nanoseconds for each page that the epoch dirtied. */
  readonly perDirty: Estimate;
}

/** The charge of every tracker beside whose point the guest's floor tracker ran the same writes. */
export function writeCostsOf(points: readonly MeasuredPoint[]): WriteCost[] {
  const floors = new Map(
    points.filter(({ facts }) => roleOf(facts.tracker) === 'floor').map((point) => [cellOf(point), point]),
  );
  return points.flatMap((point) => {
    const floor = floors.get(cellOf(point));
    return floor === undefined || roleOf(point.facts.tracker) === 'floor' ? [] : [writeCostOf(point, floor)];
  });
}

function cellOf({ facts: { ioFrequency, ...facts } }: MeasuredPoint): string {
  return settingKey(facts, facts.memoryBytes, facts.pagesPerEpoch, String(ioFrequency), facts.backing ?? '4k');
}

function writeCostOf({ facts, run }: MeasuredPoint, floor: MeasuredPoint): WriteCost {
  const charge = (share: number) =>
    estimate(([own, bare]) => ((own as number) - (bare as number)) * share, [run, floor.run]);
  return {
    ...settingOf(facts),
    scheme: facts.scheme,
    tracker: facts.tracker,
    floor: floor.facts.scheme,
    memoryBytes: facts.memoryBytes,
    pagesPerEpoch: facts.pagesPerEpoch,
    perEpoch: charge(1),
    perDirty: charge(1 / Math.max(1, facts.dirtyPages)),
  };
}
