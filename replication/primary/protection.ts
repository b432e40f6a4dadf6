import type { Link } from '../transfer/link.js';
import type { EpochWriter } from '../wire/epoch.js';
import type { Checkpoints } from './checkpoints.js';

/**
 * Who holds what a guest does. `none`: nobody, and responses go out at once. `held`: its standby is lost; no request goes in
 * and no response out, until there is another that has it all. `stopped`: for good. See `StandbyProtection`.
 */
export type Protection = { readonly kind: AfterLoss } | StandbyProtection;

/** What becomes of a guest that has lost its standby. */
export type AfterLoss = 'none' | 'held' | 'stopped';

/** Each response waits until the standby has acknowledged. */
export interface StandbyProtection {
  readonly kind: 'standby';
  readonly link: Link;
  readonly writer: EpochWriter;
  /** Where requests are replayed; null: each epoch has all that its responses tell. */
  readonly checkpoints: Checkpoints | null;
}

/** Whether a response may go out now. */
export function mayAnswer(protection: Protection): boolean {
  return protection.kind === 'none' || (protection.kind === 'standby' && protection.link.mayAnswer);
}

/** Whether a request may go into the guest, as far as that is the standby's to say. */
export function mayBegin(protection: Protection): boolean {
  if (protection.kind === 'standby') return !protection.checkpoints?.full;
  return protection.kind === 'none';
}
