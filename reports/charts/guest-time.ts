import type { Load, Schedule } from '../analysis/schedule.js';
import { isRecorded } from '../analysis/setting.js';
import { describeSetting, slices } from '../slice.js';
import { formatCount, formatMemory } from '../units.js';
import { frequencyAxis, lay, shareAxis } from './axis.js';
import { colourOf, dashOf } from './channel.js';
import type { Chart } from './chart.js';
import { threeMemories } from './memories.js';
import { theme } from './theme.js';

/** The share of time left to the guest, by the frequency of its I/Os. */
export const guestTime: Chart = {
  alt: 'Share of time left to the guest against I/O frequency, a panel for each memory size',
  howToRead:
    'Follow a line to the right: the more often I/Os come, the less time synchronisation leaves to the guest; where the ' +
    'line meets the bottom, the guest stands still. A synchronisation ' +
    'costs its detection alone here.',
  of: 'each guest',
  draw(analysis, guest) {
    const synthetic = analysis.schedule.filter(
      (each) => each.guest === guest && !isRecorded(each) && each.grid.length > 0 && each.fixed === 'none',
    );
    const [slice] = slices(synthetic, { pagesPerEpoch: 64 });
    if (slice === undefined) return null;
    const memories = threeMemories(slice.map((schedule) => schedule.memoryBytes));
    const shown = slice.filter((schedule) => memories.includes(schedule.memoryBytes));
    const x = lay(frequencyAxis(), worthShowing(shown.flatMap((schedule) => schedule.grid)), 6);
    const [least, most] = x.domain;
    // Cut here and not by a clip path: Vega numbers those through the life of the process.
    const rows = shown.flatMap(rowsOf).filter((row) => row.frequency >= least && row.frequency <= most);
    const schemes = rows.map((row) => row.scheme);
    const y = lay(shareAxis('time left to the guest'), []);
    return {
      $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
      title: {
        text: 'Guest time against I/O frequency',
        subtitle: [
          `${guest} guest, ${describeSetting(slice[0])}, ${formatCount(slice[0].pagesPerEpoch)} pages per epoch`,
          'simulated from the measured collects; further right is better',
        ],
      },
      padding: 18,
      config: theme,
      data: { values: rows },
      facet: {
        column: { field: 'memory', title: null, sort: memories.map(formatMemory) },
      },
      spec: {
        width: (panelsWidth - (memories.length - 1) * panelGap) / memories.length,
        height: memories.length === 1 ? 260 : 170,
        mark: { type: 'line', strokeWidth: 2.2 },
        encoding: {
          x: { field: 'frequency', ...x.encoding },
          y: { field: 'share', ...y.encoding },
          color: colourOf(schemes, 'below'),
          strokeDash: dashOf(schemes, 'below'),
        },
      },
    };
  },
};

/** Room for all panels side by side, and between two of them, in pixels. */
const panelsWidth = 700;
const panelGap = 20;

/** Up to the frequency at which the guest stands still. */
function rowsOf(schedule: Schedule) {
  const still = schedule.grid.findIndex((load) => load.guestShare === 0);
  return schedule.grid.slice(0, still === -1 ? undefined : still + 1).map((load) => ({
    scheme: schedule.scheme,
    memory: formatMemory(schedule.memoryBytes),
    frequency: load.frequencyHz,
    share: load.guestShare,
  }));
}

/** The frequencies at which some guest has lost more than 2 % of its time but not all; all, where there are none. */
function worthShowing(loads: readonly Load[]): number[] {
  const partly = loads.filter((load) => load.guestShare > 0 && load.guestShare < 0.98);
  return (partly.length === 0 ? loads : partly).map((load) => load.frequencyHz);
}
