import { formatSize } from '../base/size.js';
import type { Point } from '../results/schema.js';

/** Points that are every combination of some values of their axes: each axis by its flag, with its values in words. */
export type Cross = ReadonlyMap<string, readonly string[]>;

/** Every axis by its flag, in the order in which flags are listed, and what a point has there; `–` where it was not set. */
const axes: readonly (readonly [flag: string, of: (point: Point) => string])[] = [
  ['guest', ({ guest }) => guest],
  ['tracker', ({ tracker }) => tracker],
  ['workload', ({ workload }) => workload],
  ['memory', ({ memoryBytes }) => formatSize(memoryBytes)],
  ['pages', ({ pagesPerEpoch }) => (pagesPerEpoch === null ? 'as recorded' : String(pagesPerEpoch))],
  ['dirty-rate', ({ dirtyRate }) => String(dirtyRate ?? '–')],
  ['io-frequency', ({ ioFrequency }) => String(ioFrequency ?? '–')],
  ['cache', ({ cache }) => cache],
  ['collect', ({ collect }) => collect ?? '–'],
  ['arming', ({ arming }) => String(arming ?? '–')],
  ['vcpus', ({ vcpus }) => String(vcpus)],
  ['ring-entries', ({ ringEntries }) => String(ringEntries ?? '–')],
  ['clear-chunk', ({ clearChunkBytes }) => (clearChunkBytes === undefined ? '–' : formatSize(clearChunkBytes))],
  ['backing', ({ backing }) => backing ?? '4k'],
  ['guests', ({ guests }) => String(guests ?? '–')],
  ['one-process', ({ oneProcess }) => String(oneProcess ?? '–')],
  ['epochs', ({ epochs }) => String(epochs)],
  ['rounds', ({ rounds }) => String(rounds)],
  ['seed', ({ seed }) => String(seed)],
];

/** Every axis: what a reader changes last comes first, as crosses are joined over it first. */
const joined = [
  'seed',
  'rounds',
  'epochs',
  'memory',
  'pages',
  'io-frequency',
  'dirty-rate',
  'cache',
  'vcpus',
  'ring-entries',
  'clear-chunk',
  'backing',
  'guests',
  'one-process',
  'collect',
  'arming',
  'tracker',
  'workload',
  'guest',
];

/**
 * Says many points as few crosses of axes, which together are exactly those points: two crosses that differ in one axis alone are
 * one with the values of both.
 */
export function crossesOf(points: readonly Point[]): Cross[] {
  let crosses: Cross[] = points.map((point) => new Map(axes.map(([flag, of]) => [flag, [of(point)]])));
  for (const flag of joined) crosses = joinOver(flag, crosses);
  return crosses;
}

function joinOver(flag: string, crosses: readonly Cross[]): Cross[] {
  const groups = new Map<string, Cross>();
  for (const cross of crosses) {
    const others = JSON.stringify([...cross].filter(([name]) => name !== flag));
    const values = [...(groups.get(others)?.get(flag) ?? []), ...(cross.get(flag) ?? [])];
    groups.set(others, new Map(cross).set(flag, [...new Set(values)]));
  }
  return [...groups.values()];
}

/** How many points a cross is. */
export function sizeOf(cross: Cross): number {
  return [...cross.values()].reduce((product, values) => product * values.length, 1);
}

/** Crosses as lines for a terminal: of each how many points it has, and each of its axes; what no point says is left out. */
export function planText(points: readonly Point[]): string {
  return crossesOf(points)
    .map((cross) => {
      const count = sizeOf(cross);
      const told = [...cross].filter(([, values]) => values.some((value) => value !== '–'));
      const lines = told.map(([flag, values]) => `  ${flag.padEnd(13)} ${values.join(', ')}\n`);
      return `${count} ${count === 1 ? 'point' : 'points'}:\n${lines.join('')}`;
    })
    .join('');
}
