import type { FixedCost, Load, Schedule } from '../analysis/schedule.js';
import { isRecorded } from '../analysis/setting.js';
import { thinned } from '../charts/axis.js';
import { threeMemories } from '../charts/memories.js';
import { inOrder } from '../order.js';
import { describeSetting, slices } from '../slice.js';
import { formatCount, formatMemory, formatShare, formatTime } from '../units.js';
import { matrix } from './matrix.js';
import { code, nothing, withinFloor } from './prose.js';
import { blocks, forEachGuest, type Section, showChart } from './section.js';
import { toMarkdown } from './table.js';

/** How much time detection leaves to the guest, by how often it has an I/O. */
export const frequencySection: Section = {
  heading: 'I/O frequency',
  needs: 'a synthetic workload',
  write(context) {
    const onFloor = new Set(context.analysis.points.filter((point) => point.withinFloor).map((point) => point.index));
    const tables = forEachGuest(context.analysis, (guest) => {
      const synthetic = context.analysis.schedule.filter((each) => each.guest === guest && !isRecorded(each));
      const [slice] = slices(
        synthetic.filter((each) => each.grid.length > 0),
        { pagesPerEpoch: 64 },
      );
      if (slice === undefined) return null;
      const memories = threeMemories(slice.map((schedule) => schedule.memoryBytes));
      const shown = slice.filter((schedule) => memories.includes(schedule.memoryBytes));
      return [
        `Simulated from the measured collects (${describeSetting(slice[0])}, ${formatCount(slice[0].pagesPerEpoch)} pages ` +
          'per epoch): I/Os are due at a fixed rate, each waits for its synchronisation, and lateness counts from when it ' +
          'was due.',
        ...(['none', 'paper'] as const).flatMap((fixed) => table(fixed, shown, onFloor)),
        ...asked(synthetic, onFloor),
      ];
    });
    return blocks([...showChart('guest-time', context), ...tables]);
  },
};

/** What a synchronisation is taken to cost beside detection, and the rate at which a row is shown. */
const kinds: Record<FixedCost, { readonly hz: number; words(fixedNs: number): string }> = {
  none: { hz: 1000, words: () => 'A synchronisation costs its detection alone:' },
  paper: {
    hz: 100,
    words: (fixedNs) => `A synchronisation costs ${formatTime(fixedNs)} more (derived: the intercept of Table 1):`,
  },
};

function table(fixed: FixedCost, schedules: readonly Schedule[], onFloor: ReadonlySet<number>): string[] {
  const { hz, words } = kinds[fixed];
  const here = schedules.filter((schedule) => schedule.fixed === fixed);
  const [first] = here;
  if (first === undefined) return [];
  const rows = inOrder(here.map((schedule) => schedule.scheme)).flatMap((scheme) =>
    here
      .filter((schedule) => schedule.scheme === scheme)
      .map((schedule) => row(schedule, hz, fixed === 'none' && onFloor.has(schedule.index))),
  );
  const header = ['tracker', 'memory', 'saturates at', 'I/Os per second', 'time left', 'late, p50', 'late, p99'];
  return [words(first.fixedNs), toMarkdown({ of: 'figures', header, rows })];
}

/** What the frequencies of the sweep itself come to, where most of them were measured: among equals on the memory nearest to 4 GiB. */
function asked(schedules: readonly Schedule[], onFloor: ReadonlySet<number>): string[] {
  const loads = schedules.flatMap(({ asked, ...rest }) => (asked === null ? [] : [{ ...rest, ...asked }]));
  const [slice] = slices(
    loads.filter((load) => load.fixed === 'none'),
    { memoryBytes: 4 * 2 ** 30 },
  );
  if (slice === undefined) return [];
  const table = matrix({
    items: slice,
    columns: thinned(
      slice.map((load) => load.frequencyHz),
      8,
    ),
    columnOf: (load) => load.frequencyHz,
    label: (hz) => `${formatCount(hz)}/s`,
    cell: ({ index, guestShare, lateness }) =>
      `${formatShare(guestShare)}, ${latenessText(lateness?.p99Ns, onFloor.has(index))}`,
  });
  return [
    `At the frequencies of the sweep, ${formatMemory(slice[0].memoryBytes)} of memory, detection alone: time left to the ` +
      'guest, and p99 of lateness.',
    toMarkdown(table),
  ];
}

/** Where detection is within the floor, so is what it alone makes I/Os late by. */
function latenessText(ns: number | undefined, floored: boolean): string {
  if (floored) return withinFloor;
  return ns === undefined ? 'unbounded' : formatTime(ns);
}

/** `floored`: the times are of a detection within the floor, and of nothing else. */
function row(schedule: Schedule, hz: number, floored: boolean): string[] {
  const load = nearest(schedule.grid, hz);
  return [
    code(schedule.scheme),
    formatMemory(schedule.memoryBytes),
    floored ? withinFloor : `${formatCount(schedule.standstillHz)}/s`,
    load === null ? nothing : formatCount(load.frequencyHz),
    load === null ? nothing : formatShare(load.guestShare),
    latenessText(load?.lateness?.p50Ns, floored),
    latenessText(load?.lateness?.p99Ns, floored),
  ];
}

function nearest(grid: readonly Load[], hz: number): Load | null {
  const away = (load: Load) => Math.abs(Math.log(load.frequencyHz / hz));
  return grid.toSorted((a, b) => away(a) - away(b))[0] ?? null;
}
