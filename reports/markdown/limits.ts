import type { Limited } from '../analysis/limit.js';
import { thinned } from '../charts/axis.js';
import { limitSlices } from '../charts/limits.js';
import { describeSetting } from '../slice.js';
import { formatBytes, formatCount, formatFactor, formatMemory, formatNumber, formatTime } from '../units.js';
import { matrix } from './matrix.js';
import { withinFloor } from './prose.js';
import { blocks, forEachGuest, type Section, showChart } from './section.js';
import { toMarkdown } from './table.js';

/** The section that holds each scheme beside what the machine can do at best. */
export const limitsSection: Section = {
  heading: 'How close each scheme is to its limit',
  needs: 'trackers `limit-read` and `limit-touch`',
  write(context) {
    const { analysis } = context;
    const tables = forEachGuest(analysis, (guest) => {
      const { read, touch } = limitSlices(analysis, guest);
      const parts = [...(read === null ? [] : readBlocks(read)), ...(touch === null ? [] : touchBlocks(touch))];
      return parts.length === 0 ? null : parts;
    });
    return blocks([...showChart('limits', context), ...(tables.length === 0 ? [] : [explanation, ...tables])]);
  },
};

const explanation =
  'A scan cannot be faster than the reading of its bytes, nor a queue than one access to memory for each dirty page. Both ' +
  'were measured in the same run, on the simulated guest: `limit-read` reads with vector instructions, `limit-touch` ' +
  'clears a byte per dirty page. 1.0x is the limit; a state that fits a nearer cache than the limit’s can come out below ' +
  'it. What a real guest pays above its limit is the kernel’s work: calls, page tables, protection.';

function readBlocks(slice: readonly Limited[]): string[] {
  const [first] = slice;
  const most = slice.toSorted((a, b) => b.amount - a.amount)[0];
  if (first === undefined || most === undefined) return [];
  return [
    `Measured: the time of a collect divided by the time of reading its bytes, ${describeSetting(first)}, ` +
      `${formatCount(first.pagesPerEpoch)} pages per epoch. Reading ${formatBytes(most.amount)} takes ` +
      `${formatTime(most.limit.medianNs)} (${speed(most)} GB/s).`,
    ratios(slice, (each) => each.memoryBytes, formatMemory),
  ];
}

function speed({ amount, limit }: Limited): string {
  return formatNumber(amount / Math.max(1, limit.medianNs));
}

function touchBlocks(slice: readonly Limited[]): string[] {
  const [first] = slice;
  if (first === undefined) return [];
  return [
    `Measured: the time of a collect divided by the time of one access per dirty page, ${describeSetting(first)}, ` +
      `${formatMemory(first.memoryBytes)} of memory, by pages per epoch.`,
    ratios(slice, (each) => each.pagesPerEpoch, formatCount),
  ];
}

function ratios(
  slice: readonly Limited[],
  columnOf: (each: Limited) => number,
  label: (column: number) => string,
): string {
  const columns = thinned(slice.map(columnOf), 10);
  const cell = (each: Limited) => (each.withinFloor ? withinFloor : formatFactor(each.ratio.value));
  return toMarkdown(matrix({ items: slice, columns, columnOf, label, cell }));
}
