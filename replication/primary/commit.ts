export const commitNames = ['stop', 'buffered', 'grouped'] as const;

/** When a guest that waits for its standby goes on. */
export type CommitName = (typeof commitNames)[number];

export interface Commit {
  /** What it is, in a line. */
  readonly summary: string;
  /** Most epochs that are sent and not acknowledged. */
  readonly mostOutstanding: number;
  /** Most transactions that share an epoch. */
  readonly mostTransactions: number;
}

/** Every way to commit. With each of them a response goes out after the standby has acknowledged the epoch behind it. */
export const commits: Record<CommitName, Commit> = {
  stop: {
    summary: 'the guest stands still until the standby has acknowledged',
    mostOutstanding: 1,
    mostTransactions: 1,
  },
  buffered: {
    summary: 'the guest runs on at once, its dirty pages copied aside; responses wait (Remus)',
    mostOutstanding: 64,
    mostTransactions: 1,
  },
  grouped: {
    summary: 'requests that are there together share one epoch',
    mostOutstanding: 1,
    mostTransactions: 256,
  },
};
