import type { UnitSpec } from 'vega-lite/types_unstable/spec/index.js';
import { lookOf } from './look.js';
import { ink } from './theme.js';

/** The right end of a line, in pixels from the panel's left top corner. */
export interface LineEnd {
  readonly scheme: string;
  readonly x: number;
  readonly y: number;
}

const gap = 17;
const leader = 26;

/**
 * The names of lines beside their right ends. Where ends are too near to each other the names move apart, and a leader
 * in the line's own look says which is which. It is thin and pale, because nothing was measured where it goes.
 */
export function nameEnds(ends: readonly LineEnd[], width: number, height: number): UnitSpec<string>[] {
  const sorted = ends.toSorted((a, b) => a.y - b.y);
  const places = apart(
    sorted.map((end) => end.y),
    height,
  );
  const labels = sorted.map((end, index) => ({ ...end, place: places[index] as number }));
  return [
    ...labels.map((label) => leaderLayer(label, width)),
    {
      data: { values: labels.map(({ scheme, place }) => ({ scheme, place })) },
      mark: { type: 'text', align: 'left', baseline: 'middle', fontSize: 12, color: ink },
      encoding: {
        x: { value: width + leader + 6 },
        y: { field: 'place', type: 'quantitative', scale: null, axis: null },
        text: { field: 'scheme' },
      },
    },
  ];
}

function leaderLayer(label: LineEnd & { readonly place: number }, width: number): UnitSpec<string> {
  const { colour, dash } = lookOf(label.scheme);
  return {
    data: { values: [{}] },
    mark: { type: 'rule', color: colour, strokeDash: [...dash], strokeWidth: 1, opacity: 0.5 },
    encoding: {
      x: { value: label.x + 7 },
      x2: { value: width + leader },
      y: { value: label.y },
      y2: { value: label.place },
    },
  };
}

/**
 * Moves rising positions at least `gap` apart and into the panel, as little as it takes: runs of names that are too
 * close are centred on the middle of their lines (isotonic regression by pooling neighbours).
 */
function apart(positions: readonly number[], height: number): number[] {
  const pools: { start: number; size: number }[] = [];
  positions.forEach((position, index) => {
    let pool = { start: position - index * gap, size: 1 };
    for (let last = pools.at(-1); last !== undefined && last.start > pool.start; last = pools.at(-1)) {
      pools.pop();
      const size = last.size + pool.size;
      pool = { start: (last.start * last.size + pool.start * pool.size) / size, size };
    }
    pools.push(pool);
  });
  const lowest = height - (positions.length - 1) * gap;
  return pools
    .flatMap(({ start, size }) => Array.from({ length: size }, () => Math.max(0, Math.min(start, lowest))))
    .map((start, index) => start + index * gap);
}
