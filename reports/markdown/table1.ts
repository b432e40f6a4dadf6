import type { Analysis } from '../analysis/analysis.js';
import type { MeasuredTable1, Table1 } from '../analysis/table1.js';
import { inOrder } from '../order.js';
import { describeSetting } from '../slice.js';
import { formatCount, formatFactor, formatMemory, formatNumber, formatTime } from '../units.js';
import { brackets, code, figure, figureWithInterval, nothing } from './prose.js';
import { blocks, type Section } from './section.js';
import { type Table, toMarkdown } from './table.js';

/** The paper's Table 1 beside what each tracker would make of it. */
export const table1Section: Section = {
  heading: "The paper's Table 1, and what each tracker would make of it",
  needs: 'uniform writes of 64 pages per epoch at 512M, 1G or 4G',
  write(context) {
    const { table1 } = context.analysis;
    return blocks([
      toMarkdown(mainTable(context.analysis)),
      labels(table1),
      ...(table1.absent === null ? [] : [`Nothing measured to compare with it: ${table1.absent}.`]),
      'What the paper printed, and what follows from it by arithmetic:',
      toMarkdown(paperTable(table1)),
      lineOf(table1),
      ...table1.measured.flatMap(measuredBlocks),
    ]);
  },
};

/**
 * The table that the report opens with: detection and transactions per second at each of the paper's memory sizes, as the
 * paper has them, as they follow from it, and as they were measured and projected here.
 */
export function mainTable({ table1 }: Analysis): Table {
  const { paper, derived } = table1;
  const sizes = paper.map((row) => row.memoryBytes);
  return {
    of: 'figures',
    header: [
      'detection by',
      ...sizes.map((size) => `collect, ${formatMemory(size)}`),
      ...sizes.map((size) => `TPS, ${formatMemory(size)}`),
    ],
    rows: [
      ['paper: not synchronised', ...paper.map(() => nothing), ...paper.map((row) => formatNumber(row.asyncTps))],
      [
        'paper: full scan (collect derived)',
        ...derived.rows.map((row) => formatTime(row.pages * derived.perPageNs)),
        ...paper.map((row) => formatNumber(row.syncTps)),
      ],
      [
        'derived: no detection',
        ...paper.map(() => nothing),
        ...derived.rows.map((row) => formatNumber(row.ceilingTps)),
      ],
      ...table1.measured.flatMap((measured) => trackerRows(measured, sizes, table1.measured.length > 1)),
    ],
  };
}

function trackerRows(measured: MeasuredTable1, sizes: readonly number[], nameGuest: boolean): string[][] {
  return inOrder(measured.rows.map((row) => row.scheme)).map((scheme) => {
    const rows = sizes.map((size) => measured.rows.find((row) => row.scheme === scheme && row.memoryBytes === size));
    return [
      nameGuest ? `${code(scheme)} (${measured.guest})` : code(scheme),
      ...rows.map((row) => (row === undefined ? nothing : figure({ ...row.collect, withinFloor: row.withinFloor }))),
      ...rows.map((row) => (row === undefined ? nothing : formatNumber((row.scaledTps ?? row.tps).value))),
    ];
  });
}

/** What the main table's words mean. */
export function labels({ measured, derived }: Table1): string {
  if (measured.length === 0) return '';
  const guest = (each: MeasuredTable1) => (measured.length > 1 ? ` on the ${each.guest} guest` : '');
  const ways = measured.map((each) =>
    each.scale.kind === 'absent'
      ? `${guest(each)} with this machine's collect as it is (it cannot be scaled: ${each.scale.why})`
      : `${guest(each)} with this machine's collect scaled so that \`flag-scan\` costs the paper's ` +
        `${formatNumber(derived.perPageNs)} ns per page (${formatFactor(each.scale.factor)} this machine's)`,
  );
  return (
    `Rows labelled *paper* are quoted from it; *derived* rows are calculated from it. Of the trackers' rows the collect is **measured** here ` +
    `(median, ${settingsOf(measured)}) and the TPS is **projected**: what the ` +
    `paper's setup would reach with that tracker in place of its scan,${ways.join(';')}. TPS is transactions per second.`
  );
}

/** In what setting was measured: once where it is the same on all guests, else of each. */
function settingsOf(measured: readonly MeasuredTable1[]): string {
  const each = measured.map((one) => ({
    guest: one.guest,
    setting: `${describeSetting(one)}, ${one.pagesPerEpoch} pages per epoch`,
  }));
  const distinct = [...new Set(each.map(({ setting }) => setting))];
  if (distinct.length === 1) return distinct.join();
  return each.map(({ guest, setting }) => `on the ${guest} guest ${setting}`).join('; ');
}

function paperTable({ paper, derived }: Table1): Table {
  return {
    of: 'figures',
    header: [
      'memory',
      'pages',
      'TPS not synchronised',
      'TPS synchronised',
      'cost of a synchronisation',
      'TPS if detection were free',
    ],
    rows: paper.map((row, index) => {
      const follows = derived.rows[index];
      return [
        formatMemory(row.memoryBytes),
        ...(follows === undefined ? [nothing] : [String(follows.pages)]),
        `${row.asyncTps.toFixed(2)} (paper)`,
        `${row.syncTps.toFixed(2)} (paper)`,
        ...(follows === undefined
          ? [nothing, nothing]
          : [`${formatTime(follows.costNs)} (derived)`, `${formatCount(follows.ceilingTps)} (derived)`]),
      ];
    }),
  };
}

function lineOf({ derived }: Table1): string {
  return (
    `The cost of a synchronisation is 1/TPS synchronised less 1/TPS not synchronised. A straight line through the three ` +
    `(derived, R² ${formatNumber(derived.r2)}) has a slope of ${formatNumber(derived.perPageNs)} ns per page, which is the scan, ` +
    `and an intercept of ${formatTime(derived.fixedNs)}: pause, transfer, acknowledgement, resume.`
  );
}

function measuredBlocks(measured: MeasuredTable1): string[] {
  const rows = inOrder(measured.rows.map((row) => row.scheme)).flatMap((scheme) =>
    measured.rows.filter((row) => row.scheme === scheme),
  );
  return [
    `Measured on the ${measured.guest} guest${brackets(rows.map(({ collect }) => collect))}, and projected both ways:`,
    toMarkdown({
      of: 'figures',
      header: ['tracker', 'memory', 'collect (measured)', 'TPS as it is (projected)', 'TPS scaled (projected)'],
      rows: rows.map((row) => [
        code(row.scheme),
        formatMemory(row.memoryBytes),
        figureWithInterval({ ...row.collect, withinFloor: row.withinFloor }),
        formatNumber(row.tps.value),
        row.scaledTps === null ? nothing : formatNumber(row.scaledTps.value),
      ]),
    }),
  ];
}
