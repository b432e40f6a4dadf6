import type { UnitSpec } from 'vega-lite/types_unstable/spec/index.js';
import { groupBy } from '../analysis/group.js';
import { lookOf } from './look.js';
import { ink, paper } from './theme.js';

/** The right end of a line, in pixels from the panel's left top corner. */
export interface LineEnd {
  readonly scheme: string;
  readonly x: number;
  readonly y: number;
}

const gap = 17;
const leader = 26;
const fontSize = 12;
/** Mean width of a letter, for its size, in the chart's fonts. */
const letterWidth = 0.64;
/** From the end of a line that stops early to its name. */
const beside = 12;

/**
 * The names of lines at their right ends. A line that goes to the edge has its name in the margin; where ends are too near to
 * each other the names move apart, and a leader in the line's own look says which is which. A line that stops before has its
 * name where it stops: a leader from there would look like something that was measured.
 */
export function nameEnds(ends: readonly LineEnd[], width: number, height: number): UnitSpec<string>[] {
  const early = ends.filter((end) => stopsEarly(end, width));
  const columns = groupBy(early, ({ x }) => x);
  return [
    ...nameInMargin(
      ends.filter((end) => !early.includes(end)),
      width,
      height,
    ),
    ...[...columns.values()].flatMap((column) => nameInPanel(column, height)),
  ];
}

/** Whether the name has room between the end and the edge. */
function stopsEarly({ scheme, x }: LineEnd, width: number): boolean {
  return x + beside + scheme.length * fontSize * letterWidth < width;
}

function nameInMargin(ends: readonly LineEnd[], width: number, height: number): UnitSpec<string>[] {
  if (ends.length === 0) return [];
  const labels = placed(ends, height);
  return [
    ...labels.map((label) => leaderLayer(label, label.x + 7, width + leader)),
    nameLayer(labels.map((label) => ({ ...label, x: width + leader + 6 }))),
  ];
}

/** On the paper's colour, so that a line below is no stroke through the name. */
function nameInPanel(ends: readonly LineEnd[], height: number): UnitSpec<string>[] {
  const labels = placed(ends, height).map((label) => ({ ...label, x: label.x + beside }));
  const moved = labels.filter(({ y, place }) => Math.abs(y - place) > 2);
  const shift = moved.length === 0 ? 0 : beside;
  const names = labels.map((label) => ({ ...label, x: label.x + shift }));
  return [
    ...(shift === 0 ? [] : labels.map((label) => leaderLayer(label, label.x - beside + 7, label.x + shift - 3))),
    nameLayer(names, { color: paper, stroke: paper, strokeWidth: 4, strokeJoin: 'round' }),
    nameLayer(names),
  ];
}

/** An end with where its name stands, in pixels from the top. */
interface Label extends LineEnd {
  readonly place: number;
}

function placed(ends: readonly LineEnd[], height: number): Label[] {
  const sorted = ends.toSorted((a, b) => a.y - b.y);
  const places = apart(
    sorted.map((end) => end.y),
    height,
  );
  return sorted.map((end, index) => ({ ...end, place: places[index] as number }));
}

function nameLayer(labels: readonly Label[], halo: object = {}): UnitSpec<string> {
  const pixels = { type: 'quantitative' as const, scale: null, axis: null };
  return {
    data: { values: labels.map(({ scheme, x, place }) => ({ scheme, left: x, place })) },
    mark: { type: 'text', align: 'left', baseline: 'middle', fontSize, color: ink, ...halo },
    encoding: {
      x: { field: 'left', ...pixels },
      y: { field: 'place', ...pixels },
      text: { field: 'scheme' },
    },
  };
}

/** Thin and pale, because nothing was measured where it goes. */
function leaderLayer(label: Label, from: number, to: number): UnitSpec<string> {
  const { colour, dash } = lookOf(label.scheme);
  return {
    data: { values: [{}] },
    mark: { type: 'rule', color: colour, strokeDash: [...dash], strokeWidth: 1, opacity: 0.5 },
    encoding: {
      x: { value: from },
      x2: { value: to },
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
