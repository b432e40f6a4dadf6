import type { TopLevelSpec } from 'vega-lite';
import type { Synchronisation } from '../analysis/analysis.js';
import { paperRows } from '../analysis/paper.js';
import { type GapCell, unsynchronised } from '../analysis/transactions.js';
import { formatMemory, formatShare } from '../units.js';
import type { RunChart } from './chart.js';
import { chartWidth, faintInk, ink, theme } from './theme.js';
import { describeTransactions } from './transactions-by-memory.js';

/** A way to keep a guest in step, and its share of the unsynchronised rate. */
interface Way {
  readonly group: string;
  readonly name: string;
  readonly share: number;
  readonly colour: string;
}

/** The share of the unsynchronised rate that each way to keep a standby in step reaches. */
export const ways: RunChart<Synchronisation> = {
  alt: 'The share of the unsynchronised rate that each way to keep a standby in step reaches, a bar for each',
  howToRead:
    'A bar is transactions per second over those of the same guest without a standby, with as many connections: at 100 % nothing would be ' +
    'lost by being kept in step. The bar without colour is what the paper measured with a full scan, at the memory where it lost least.',
  of: 'the run',
  draw({ transactions }) {
    const measured = (transactions?.gap ?? []).flatMap(wayOf);
    if (transactions === null || measured.length === 0) return null;
    const [least] = paperRows;
    const paper = least === undefined ? [] : [paperWay(least.memoryBytes, least.syncTps / least.asyncTps)];
    const subtitle = [describeTransactions(transactions).replace(/, [^,]*$/, ''), 'longer is better'];
    return barChart([...paper, ...measured], subtitle);
  },
};

const colours: Readonly<Record<string, string>> = { stop: '#2f74b5', replay: '#5aae61' };
const otherColour = '#8b949e';

function paperWay(memoryBytes: number, share: number): Way {
  return { group: 'the paper', name: `full scan, ${formatMemory(memoryBytes)}`, share, colour: ink };
}

function wayOf({ mode, memoryBytes, commit, encode, pollUs, connections, share }: GapCell): Way[] {
  if (mode === unsynchronised || share === null) return [];
  const words = [commit, ...(encode === 'raw' ? [] : [encode]), ...(pollUs === undefined ? [] : ['polls'])];
  return [
    {
      group: `${connections === 1 ? 'one connection' : `${connections} connections`}, ${formatMemory(memoryBytes)}`,
      name: `${words.join(', ')} (${mode})`,
      share: share.value,
      colour: colours[commit] ?? otherColour,
    },
  ];
}

const step = 26;
const groupGap = 30;
const padding = { left: 250, right: 70, top: 96, bottom: 60 };
const width = chartWidth - padding.left - padding.right;

function barChart(all: readonly Way[], subtitle: string[]): TopLevelSpec {
  let top = 0;
  const bars = all.map((way, index) => {
    const opens = way.group !== all[index - 1]?.group;
    if (opens) top += groupGap;
    const middle = top + step / 2;
    top += step;
    return { ...way, opens, middle, from: middle - 9, to: middle + 9, text: formatShare(way.share) };
  });
  const y = { field: 'middle', type: 'quantitative' as const, scale: null, axis: null };
  const longest = Math.max(1, ...all.map(({ share }) => share));
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    title: { text: 'What is left of the unsynchronised rate', subtitle, frame: 'group', dx: 18 - padding.left },
    width,
    height: top + step / 2,
    padding,
    autosize: 'none',
    config: theme,
    data: { values: bars },
    layer: [
      {
        mark: { type: 'rect' },
        encoding: {
          x: {
            field: 'share',
            type: 'quantitative',
            scale: { domain: [0, longest], nice: false },
            axis: {
              title: 'share of the unsynchronised rate',
              values: [0, 0.25, 0.5, 0.75, 1],
              labelExpr: "datum.value * 100 + ' %'",
            },
          },
          x2: { datum: 0 },
          y: { ...y, field: 'from' },
          y2: { field: 'to' },
          color: { field: 'colour', type: 'nominal', scale: null },
        },
      },
      {
        mark: { type: 'text', align: 'left', baseline: 'middle', dx: 6, color: ink },
        encoding: { x: { field: 'share', type: 'quantitative' }, y, text: { field: 'text' } },
      },
      {
        mark: { type: 'text', align: 'right', baseline: 'middle', fontSize: 12, color: faintInk },
        encoding: { x: { value: -9 }, y, text: { field: 'name' } },
      },
      {
        transform: [{ filter: 'datum.opens' }],
        mark: {
          type: 'text',
          align: 'left',
          baseline: 'middle',
          fontSize: 13,
          fontWeight: 'bold',
          color: ink,
          dy: -22,
        },
        encoding: { x: { value: 18 - padding.left }, y, text: { field: 'group' } },
      },
    ],
  };
}
