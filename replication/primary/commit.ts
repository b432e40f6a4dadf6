/** The ways to commit, as `--commit` names them. */
export const commitNames = ['stop', 'buffered', 'grouped', 'replay'] as const;

/** When a guest that waits for its standby goes on. */
export type CommitName = (typeof commitNames)[number];

/** What a way to commit makes a response wait for, and how much may be under way. */
export interface Commit {
  /** What it is, in a line. */
  readonly summary: string;
  /** What a response waits for: the pages and the state behind it, or the request in the standby's log. */
  readonly keeps: 'pages' | 'requests';
  /** Most epochs, or requests, that are sent and not acknowledged. */
  readonly mostOutstanding: number;
  /** Most transactions that share an epoch, or that are logged together. */
  readonly mostTransactions: number;
}

/**
 * Every way to commit. With each of them a response goes out after the standby has acknowledged what it can go on from.
 *
 * The numbers are round ones, not measured: a connection has one request waiting at a time, so that only more connections than that
 * come to a limit. Beyond the most outstanding the guest stands still until the oldest is acknowledged; beyond the most transactions
 * the rest go next. `grouped` takes as many as may connect by default (wire/listener.ts), and has one epoch under way: with two,
 * groups were smaller and the rate was lower.
 */
export const commits: Record<CommitName, Commit> = {
  stop: {
    summary: 'the guest stands still until the standby has acknowledged',
    keeps: 'pages',
    mostOutstanding: 1,
    mostTransactions: 1,
  },
  buffered: {
    summary: 'the guest runs on at once, its dirty pages copied aside; responses wait (Remus)',
    keeps: 'pages',
    mostOutstanding: 64,
    mostTransactions: 1,
  },
  grouped: {
    summary: 'requests that are there together share one epoch',
    keeps: 'pages',
    mostOutstanding: 1,
    mostTransactions: 256,
  },
  replay: {
    summary: 'the standby logs each request before the guest runs it, and can run it again from the last checkpoint',
    keeps: 'requests',
    mostOutstanding: 64,
    mostTransactions: 32,
  },
};
