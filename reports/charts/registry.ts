import type { TopLevelSpec } from 'vega-lite';
import type { Analysis, Synchronisation } from '../analysis/analysis.js';
import { guestsOf } from '../slice.js';
import { armingByMemory } from './arming-by-memory.js';
import type { Chart } from './chart.js';
import { guestsApart, guestsTogether } from './detection-by-guests.js';
import { detectionByMemory } from './detection-by-memory.js';
import { detectionByPages } from './detection-by-pages.js';
import { downtime } from './downtime.js';
import { guestTime } from './guest-time.js';
import { hosts } from './hosts.js';
import { latency } from './latency.js';
import { limits } from './limits.js';
import { programs } from './programs.js';
import { realByMemory } from './real-by-memory.js';
import { transactionSplit } from './transaction-split.js';
import { transactionsByMemory } from './transactions-by-memory.js';
import { ways } from './ways.js';
import { winners } from './winners.js';

/** The names of all charts. */
export const chartNames = [
  'arming-by-memory',
  'detection-by-memory',
  'detection-by-pages',
  'downtime',
  'guest-time',
  'guests-apart',
  'guests-together',
  'hosts',
  'latency',
  'limits',
  'programs',
  'real-by-memory',
  'transaction-split',
  'transactions-by-memory',
  'ways',
  'winners',
] as const;

/** The name of a chart. */
export type ChartName = (typeof chartNames)[number];

/** Every chart there is. To add one: its file, its name above, its entry here; a section of the report shows it. */
export const charts: Record<ChartName, Chart> = {
  'arming-by-memory': armingByMemory,
  'detection-by-memory': detectionByMemory,
  'detection-by-pages': detectionByPages,
  downtime,
  'guest-time': guestTime,
  'guests-apart': guestsApart,
  'guests-together': guestsTogether,
  hosts,
  latency,
  limits,
  programs,
  'real-by-memory': realByMemory,
  'transaction-split': transactionSplit,
  'transactions-by-memory': transactionsByMemory,
  ways,
  winners,
};

/** A chart as it was drawn: of one guest, or of all together (null). */
export interface Drawing {
  readonly chart: ChartName;
  readonly guest: string | null;
  readonly spec: TopLevelSpec;
}

/** Every chart that there is the data for. */
export function drawingsOf(analysis: Analysis): Drawing[] {
  return chartNames.flatMap((name): Drawing[] => {
    const chart = charts[name];
    const drawn = (guest: string | null, spec: TopLevelSpec | null) =>
      spec === null ? [] : [{ chart: name, guest, spec }];
    if (chart.of === 'the run') return drawn(null, chart.draw(analysis));
    return guestsOf(analysis.points).flatMap((guest) => drawn(guest, chart.draw(analysis, guest)));
  });
}

/** The charts of transactions and migrations that there is the data for. */
export function synchronisationDrawings(analysis: Synchronisation): Drawing[] {
  const drawn = (chart: ChartName, spec: TopLevelSpec | null) => (spec === null ? [] : [{ chart, guest: null, spec }]);
  return [
    ...drawn('transactions-by-memory', transactionsByMemory.draw(analysis)),
    ...drawn('transaction-split', transactionSplit.draw(analysis)),
    ...drawn('ways', ways.draw(analysis)),
    ...drawn('downtime', downtime.draw(analysis)),
  ];
}
