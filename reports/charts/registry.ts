import type { Chart } from './chart.js';
import { detectionByMemory } from './detection-by-memory.js';
import { detectionByPages } from './detection-by-pages.js';
import { guestTime } from './guest-time.js';
import { latency } from './latency.js';
import { limits } from './limits.js';
import { programs } from './programs.js';
import { tpsByMemory } from './tps-by-memory.js';
import { winners } from './winners.js';

export const chartNames = [
  'detection-by-memory',
  'detection-by-pages',
  'guest-time',
  'latency',
  'limits',
  'programs',
  'tps-by-memory',
  'winners',
] as const;

export type ChartName = (typeof chartNames)[number];

/** Every chart there is. To add one: its file, its name above, its entry here; a section of the report shows it. */
export const charts: Record<ChartName, Chart> = {
  'detection-by-memory': detectionByMemory,
  'detection-by-pages': detectionByPages,
  'guest-time': guestTime,
  latency,
  limits,
  programs,
  'tps-by-memory': tpsByMemory,
  winners,
};
