import type { AfterLoss } from './protection.js';

/** What a primary can do without its standby, as `--on-loss` names it. */
export const lossPolicyNames = ['stop', 'wait', 'continue'] as const;

/** What a primary does without its standby. */
export type LossPolicyName = (typeof lossPolicyNames)[number];

/** What a policy has a primary do. */
export interface LossPolicy {
  /** What it is, in a line. */
  readonly summary: string;
  readonly after: AfterLoss;
  /** Whether the primary refuses to begin without a standby. */
  readonly insists: boolean;
}

/** Every policy there is. */
export const lossPolicies: Record<LossPolicyName, LossPolicy> = {
  stop: { summary: 'answer nobody any more, and end', after: 'stopped', insists: true },
  wait: {
    summary: 'answer nobody until the standby is in step again',
    after: 'held',
    insists: true,
  },
  continue: {
    summary: 'go on unsynchronised, and say so, until the standby is in step again',
    after: 'none',
    insists: false,
  },
};
