import type { Analysis } from '../analysis/analysis.js';
import { type Arrangement, arrangements, neighboursIn } from '../analysis/neighbours.js';
import type { AnalysedPoint } from '../analysis/point.js';
import { inOrder } from '../order.js';
import { formatCount, formatFactor, formatMemory } from '../units.js';
import { brackets, code, figureOfCollect, figureWithInterval, nothing } from './prose.js';
import { blocks, type Section, showChart } from './section.js';
import { toMarkdown } from './table.js';

/** What guests of one host cost each other. */
export const guestsSection: Section = {
  heading: 'Many guests on one host',
  needs: null,
  write(context) {
    const { analysis } = context;
    const all = arrangements.flatMap((arrangement) => rowsOf(analysis, arrangement));
    // One guest alone is the first of both lines.
    const rows = all.filter(({ point }, index) => all.findIndex((row) => row.point === point) === index);
    if (rows.length === 0) return null;
    return blocks([
      `All guests of the host write and are collected at once, on ${formatCount(analysis.run.environment.cores)} cores; one of them is ` +
        `measured, all are verified. Medians over rounds${brackets(rows.map(({ point }) => point.collect))}.`,
      ...showChart('guests-apart', context),
      ...showChart('guests-together', context),
      toMarkdown({
        of: 'figures',
        header: ['tracker', 'memory', 'pages', 'guests', 'in', 'a collect', 'of that alone', 'a first write'],
        rows: rows.map(({ point, arrangement, alone }) => [
          code(point.scheme),
          formatMemory(point.memoryBytes),
          formatCount(Math.round(point.pagesPerEpoch)),
          String(point.guests ?? 1),
          point.guests === undefined ? nothing : arrangement,
          figureOfCollect(point),
          alone === null || alone === point ? nothing : formatFactor(point.collect.medianNs / alone.collect.medianNs),
          point.firstWrite === null ? nothing : figureWithInterval({ ...point.firstWrite.again, withinFloor: false }),
        ]),
      }),
      '*How to read this:* guests *in own processes* share the machine’s cores, caches and memory; *in one process* also its memory map, ' +
        'with its lock, and the TLB shootdowns of each of them. With more guests than cores a figure has waiting for a core in it.',
    ]);
  },
};

interface Row {
  readonly point: AnalysedPoint;
  readonly arrangement: Arrangement;
  /** The same with no other guest; null where that was not measured. */
  readonly alone: AnalysedPoint | null;
}

function rowsOf({ points }: Analysis, arrangement: Arrangement): Row[] {
  const lines = neighboursIn(points, arrangement);
  return inOrder(lines.flatMap(([first]) => first?.scheme ?? [])).flatMap((scheme) =>
    lines
      .filter(([first]) => first?.scheme === scheme)
      .flatMap((line) => {
        const alone = line.find(({ guests }) => guests === undefined) ?? null;
        return line.map((point) => ({ point, arrangement, alone }));
      }),
  );
}
