import type { DowntimePart } from '../../results/migrations.js';
import type { Stage } from '../../results/transactions.js';

/** What a client saw of a transaction beyond its stages. */
export const outside = 'client, loopback';

/** The stages of a transaction, in the order they are stacked. */
export const stageColours: Record<Stage | typeof outside, string> = {
  'request in': '#8b949e',
  guest: '#e8b94a',
  detection: '#c8321f',
  copy: '#08306b',
  wire: '#2f74b5',
  standby: '#17a2b8',
  acknowledgement: '#8fc1e3',
  'response out': '#59636e',
  [outside]: '#dfe3e7',
};

/** The parts of a downtime, in the order they are stacked. */
export const partColours: Record<DowntimePart, string> = {
  detection: '#c8321f',
  copy: '#08306b',
  transfer: '#2f74b5',
  resume: '#e8b94a',
  redirect: '#8b949e',
};
