import { byMeaning, describeCache } from '../results/cache.js';
import { groupBy } from './analysis/group.js';
import { isRecorded, type Setting, settingKey } from './analysis/setting.js';

/** Things that were measured in one setting, with some quantities equal: read those from any of them. */
export type Slice<T> = readonly [T, ...T[]];

/**
 * Sorts things into slices, the one most worth showing first: guests that are alone on their
 * host before others; the one with the most in it; among equals L2-cold before
 * other caches, uniform writes before others, and the quantities held equal nearest to the `usual` ones.
 */
export function slices<Held extends string, T extends Setting & Readonly<Record<Held, number>>>(
  items: readonly T[],
  usual: Readonly<Record<Held, number>>,
): Slice<T>[] {
  const quantities = Object.keys(usual) as Held[];
  const held = (item: T) => quantities.map((name) => item[name]);
  const found = [...groupBy(items, (item) => settingKey(item, ...held(item))).values()].flatMap(([first, ...more]) =>
    first === undefined ? [] : [[first, ...more] as const],
  );
  const merits = (slice: Slice<T>) => {
    const [first] = slice;
    const distances = quantities.map((name) => Math.abs(Math.log(first[name] / usual[name])));
    return [
      first.guests === undefined ? 1 : 0,
      slice.length,
      -byMeaning(first.cache, 'l2-cold'),
      first.workload === 'uniform' ? 1 : 0,
      -distances.reduce((sum, distance) => sum + distance, 0),
    ];
  };
  return found.sort((a, b) => firstDifference(merits(b), merits(a)));
}

function firstDifference(a: readonly number[], b: readonly number[]): number {
  return a.map((value, index) => value - (b[index] ?? 0)).find((difference) => difference !== 0) ?? 0;
}

/** The guests that were measured, in the sweep's order. */
export function guestsOf(items: readonly Setting[]): string[] {
  return [...new Set(items.map((item) => item.guest))];
}

/** A setting in words: `uniform writes, L2-cold cache, 2 vCPUs`. */
export function describeSetting(setting: Setting): string {
  const vcpus = setting.vcpus === 1 ? '' : `, ${setting.vcpus} vCPUs`;
  const beside = describeGuests(setting);
  const writes = isRecorded(setting) ? setting.workload : `${setting.workload} writes`;
  return `${writes}, ${describeCache(setting.cache)}${vcpus}${beside === null ? '' : `, ${beside}`}`;
}

/** The guests of a host in words: `4 guests at once`; null of one that is alone. */
export function describeGuests({ guests, oneProcess }: Pick<Setting, 'guests' | 'oneProcess'>): string | null {
  return guests === undefined ? null : `${guests} guests ${oneProcess ? 'in one process' : 'at once'}`;
}
