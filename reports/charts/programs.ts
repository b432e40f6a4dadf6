import { describeCache } from '../../results/cache.js';
import type { Program } from '../analysis/program.js';
import { inOrder } from '../order.js';
import { slices } from '../slice.js';
import { formatCount, formatMemory } from '../units.js';
import { atLeastOne, lay, timeAxis } from './axis.js';
import { colourOf, shapeOf } from './channel.js';
import type { Chart } from './chart.js';
import { threeMemories } from './memories.js';
import { theme } from './theme.js';

/** What detection adds to a response of each recorded program. */
export const programs: Chart = {
  alt: 'What detection costs recorded programs for each response, by tracker and memory size',
  howToRead:
    'Each row is a recorded program; each mark is what a tracker adds to one of its responses. Marks that move right ' +
    'from panel to panel are trackers whose detection grows with memory. A hollow mark at the left edge cannot be distinguished ' +
    'from the floor.',
  of: 'each guest',
  draw(analysis, guest) {
    const here = analysis.programs.filter((program) => program.guest === guest);
    // A slice has all programs of one cache state.
    const [slice] = slices(
      here.map((program) => ({ ...program, name: program.workload, workload: 'recorded' })),
      {},
    );
    if (slice === undefined) return null;
    const memories = threeMemories(slice.map((program) => program.memoryBytes));
    const shown = slice.filter((program) => memories.includes(program.memoryBytes));
    const rows = shown.flatMap((program) => rowsOf(program, program.name));
    const schemes = rows.map((row) => row.scheme);
    const width = Math.min(500, (panelsWidth - (memories.length - 1) * panelGap) / memories.length);
    const x = lay(
      timeAxis('collect for each response'),
      rows.map((row) => row.collect),
      Math.floor(width / 62),
    );
    return {
      $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
      title: {
        text: 'Detection for real programs',
        subtitle: [
          `${guest} guest, ${describeCache(slice[0].cache)}; in brackets: pages written for each response`,
          'median of a collect; further left is better',
        ],
      },
      padding: 18,
      config: theme,
      data: {
        values: rows.map((row) => (row.withinFloor ? { ...row, collect: x.domain[0] } : row)),
      },
      facet: { column: { field: 'memory', title: null, sort: memories.map(formatMemory) } },
      spec: {
        width,
        height: { step: Math.max(36, 5 * new Set(schemes).size), for: 'position' },
        mark: { type: 'point', size: 60, strokeWidth: 1.8, opacity: 0.9 },
        encoding: {
          x: { field: 'collect', ...x.encoding },
          y: {
            field: 'program',
            type: 'nominal',
            title: null,
            axis: { grid: true, tickBand: 'extent', ticks: false, labelLimit: 220 },
          },
          yOffset: { field: 'scheme', type: 'nominal', sort: inOrder(schemes) },
          color: colourOf(schemes, 'below'),
          fill: {
            condition: { test: 'datum.withinFloor', value: '#ffffff' },
            ...colourOf(schemes, 'below'),
          },
          shape: shapeOf(schemes, 'below'),
        },
      },
    };
  },
};

/** Room for all panels side by side, and between two of them, in pixels. */
const panelsWidth = 620;
const panelGap = 20;

function rowsOf(program: Program, name: string) {
  return program.costs.map((cost) => ({
    program: `${name.replace('trace:', '')} (${formatCount(program.pagesPerResponse)})`,
    memory: formatMemory(program.memoryBytes),
    scheme: cost.scheme,
    collect: atLeastOne(cost.collect.medianNs),
    withinFloor: cost.withinFloor,
  }));
}
