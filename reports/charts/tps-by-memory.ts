import type { Estimate } from '../analysis/estimate.js';
import type { MeasuredTable1, Table1 } from '../analysis/table1.js';
import { formatNumber } from '../units.js';
import { memoryAxis, rateAxis } from './axis.js';
import type { Chart } from './chart.js';
import { type LineRow, lineChart } from './lines.js';
import { noDetection, paperScan } from './look.js';
import { describeSetting, slices } from './slice.js';

export const tpsByMemory: Chart = {
  alt: "Transactions per second against guest memory: the paper's, and projected for each tracker",
  howToRead:
    'Black is what the paper measured with its full scan; every other line is computed, not measured: what its setup ' +
    'would reach with that tracker in place of the scan. Nothing can rise above the grey line, where detection costs ' +
    'nothing at all: the rest is pause, transfer and acknowledgement.',
  needs: 'uniform writes of 64 pages per epoch at 512M, 1G or 4G',
  of: 'each guest',
  draw(analysis, guest) {
    const { table1 } = analysis;
    const [slice] = slices(
      table1.measured.filter((measured) => measured.guest === guest),
      { pagesPerEpoch: 64 },
    );
    if (slice === undefined) return null;
    const [measured] = slice;
    return lineChart({
      rows: [...paperRows(table1), ...projectedRows(measured)],
      title: 'Transactions per second against memory',
      subtitle: [
        `projected from: ${guest} guest, ${describeSetting(measured)}, ${measured.pagesPerEpoch} pages per epoch`,
        scaling(measured, table1),
        unsynchronised(table1),
      ],
      x: memoryAxis(),
      y: rateAxis('transactions per second, synchronised'),
      floor: [],
      points: 'measured',
    });
  },
};

function scaling({ scale }: MeasuredTable1, { derived }: Table1): string {
  return scale.kind === 'absent'
    ? "with this machine's detection times as they are"
    : `detection times scaled so that flag-scan costs the paper's ${formatNumber(derived.perPageNs)} ns per page`;
}

function unsynchronised({ paper }: Table1): string {
  const rates = paper.map((row) => row.asyncTps);
  const range = `${formatNumber(Math.min(...rates))} to ${formatNumber(Math.max(...rates))}`;
  return `not synchronised the paper has ${range}, far above this chart`;
}

function paperRows({ paper, derived }: Table1): LineRow[] {
  return [
    ...paper.map((row) => exact(paperScan, row.memoryBytes, row.syncTps)),
    ...derived.rows.map((row) => exact(noDetection, row.memoryBytes, row.ceilingTps)),
  ];
}

function exact(scheme: string, memoryBytes: number, tps: number): LineRow {
  return rowOf(scheme, memoryBytes, { value: tps, low: tps, high: tps, coverage: 0 });
}

function projectedRows({ rows }: MeasuredTable1): LineRow[] {
  return rows.map((row) => rowOf(row.scheme, row.memoryBytes, row.scaledTps ?? row.tps));
}

function rowOf(scheme: string, memoryBytes: number, tps: Estimate): LineRow {
  return { scheme, x: memoryBytes, y: tps.value, low: tps.low, high: tps.high, withinFloor: false };
}
