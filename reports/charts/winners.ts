import type { LayerSpec } from 'vega-lite/types_unstable/spec/index.js';
import type { ComparedCost } from '../analysis/comparison.js';
import { isRecorded } from '../analysis/setting.js';
import type { Winner } from '../analysis/winner.js';
import { describeSetting, slices } from '../slice.js';
import { formatCount, formatMemory } from '../units.js';
import { cellFontSize, drawCell } from './cell.js';
import type { Chart } from './chart.js';
import { theme } from './theme.js';

const panels: Record<ComparedCost, string> = {
  collect: 'detection alone, while the guest stands still',
  total: 'the writes of an epoch with their marking, and detection',
};

/** The cheapest tracker of each cell of memory and pages per epoch. */
export const winners: Chart = {
  alt: 'The cheapest tracker for each memory size and number of pages per epoch, with its lead over the next',
  howToRead:
    'Find your memory size below and your pages per epoch at the left: the cell names the cheapest tracker and how many ' +
    'times slower the next distinguishable one is. A pale cell is a tie: the intervals of those named ' +
    'overlap, and which of them is first is noise. Where a cell is empty, fewer than two trackers were measured, or in too few rounds.',
  of: 'each guest',
  draw(analysis, guest) {
    const here = analysis.winners.filter((winner) => winner.guest === guest && !isRecorded(winner));
    const [slice] = slices(here, {});
    if (slice === undefined) return null;
    const memories = rising(slice.map((winner) => winner.memoryBytes));
    const pages = rising(slice.map((winner) => winner.pagesPerEpoch)).reverse();
    // One row or one column is what the other charts and tables say already.
    if (memories.length < 2 || pages.length < 2) return null;
    const blocks = evenly(memories, mostColumns);
    return {
      $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
      title: {
        text: 'Who wins where',
        subtitle: [
          `${guest} guest, ${describeSetting(slice[0])}`,
          'the number: how many times slower the next one is',
          'pale: a tie with those after =; empty: too little was measured',
        ],
      },
      padding: 18,
      config: theme,
      spacing: 26,
      vconcat: (['collect', 'total'] as const).flatMap((cost) =>
        blocks.map((block) => {
          const cells = slice.filter((winner) => winner.cost === cost && block.includes(winner.memoryBytes));
          return panel(titleOf(cost, block, blocks.length), cells, block, pages, panelWidth / (blocks[0]?.length ?? 1));
        }),
      ),
    };
  },
};

const cellHeight = 48;
/** Room for the title of the axis. */
const leastHeight = 150;
const panelWidth = 750;

/** As many columns as leave room for the longest names of trackers. */
const mostColumns = 8;

/** What a panel shows; where the sizes go on in another one, also which of them it has. */
function titleOf(cost: ComparedCost, block: readonly number[], blocks: number): string {
  if (blocks === 1) return panels[cost];
  return `${panels[cost]}: ${block[0] === undefined ? '' : formatMemory(block[0])} to ${formatMemory(block.at(-1) ?? 0)}`;
}

function rising(values: readonly number[]): number[] {
  return [...new Set(values)].sort((a, b) => a - b);
}

/** Runs of at most `most`, of which the first are the longest and none is shorter than them by more than one. */
function evenly(values: readonly number[], most: number): number[][] {
  const runs = Math.ceil(values.length / most);
  const starts = Array.from({ length: runs + 1 }, (_, run) => Math.ceil((run * values.length) / runs));
  return starts.slice(1).map((end, run) => values.slice(starts[run], end));
}

function panel(
  title: string,
  cells: readonly Winner[],
  memories: readonly number[],
  pages: readonly number[],
  cellWidth: number,
): LayerSpec<string> {
  return {
    title: { text: title, fontSize: 13, offset: 8, frame: 'group' },
    width: memories.length * cellWidth,
    height: Math.max(leastHeight, pages.length * cellHeight),
    data: {
      values: cells.map((cell) => ({
        memory: formatMemory(cell.memoryBytes),
        pages: formatCount(cell.pagesPerEpoch),
        ...drawCell(cell, cellWidth),
      })),
    },
    encoding: {
      x: {
        field: 'memory',
        type: 'ordinal',
        title: 'guest memory',
        scale: { domain: memories.map(formatMemory) },
        axis: { labelAngle: 0, ticks: false, domain: false },
      },
      y: {
        field: 'pages',
        type: 'ordinal',
        title: 'pages per epoch',
        scale: { domain: pages.map(formatCount) },
        axis: { ticks: false, domain: false },
      },
    },
    layer: [
      {
        mark: { type: 'rect', stroke: '#ffffff', strokeWidth: 2 },
        encoding: { color: { field: 'colour', type: 'nominal', scale: null } },
      },
      {
        mark: {
          type: 'text',
          fontSize: cellFontSize,
          lineHeight: 13,
          baseline: 'middle',
          dy: { expr: '-6.5 * (length(datum.text) - 1)' },
        },
        encoding: {
          text: { field: 'text', type: 'nominal' },
          color: { field: 'ink', type: 'nominal', scale: null },
        },
      },
    ],
  };
}
