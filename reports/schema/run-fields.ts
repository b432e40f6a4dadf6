import type { Migrations } from '../../results/migrations.js';
import type { Transactions } from '../../results/transactions.js';
import { beginning, type Fields } from './field.js';

const runsBeginning = {
  ...beginning,
  guest: '`kvm`, or `simulated` where there is no virtual machine.',
  guestNote: 'Why that guest.',
  workload: 'Which pages a transaction changes.',
  pagesPerTransaction: 'Pages of 4096 bytes that a transaction changes, with that of the guest’s own count and table.',
  rounds: 'How often each point was to be measured.',
  seed: 'Seed of the workload and of the order of rounds.',
  unavailable: {
    text: 'Modes that cannot run on this machine.',
    of: { mode: 'The mode.', why: 'The reason.', remedy: 'What would make it run.' },
  },
} as const;

const runBeginning = {
  kind: 'What kind of line this is: a point measured once, in processes of its own.',
  point: 'Index into the header’s points.',
  round: 'Which repetition of the point, from 0.',
  startedAt: 'When the run began, UTC.',
  warmup: {
    text: 'How the processes were warmed up; not there in files from before it was recorded.',
    of: { seconds: 'How long, in seconds.', steady: 'Whether their pace had stopped rising by then.' },
  },
  idleShare: 'Share of all cores’ time, from 0 to 1, in which they had nothing to do; null: the kernel does not say.',
} as const;

const mode = 'How a primary finds dirty pages; `none` is not synchronised.';

/** What each field of the first line of a file of transactions is. */
export const transactionsHeaderFields: Fields<Transactions['header']> = {
  kind: 'What kind of line this is.',
  schema: 'Version of this format.',
  ...runsBeginning,
  requestBytes: 'Size of a request, in bytes.',
  responseBytes: 'Size of a response, in bytes.',
  seconds: 'How long a run is measured, in seconds.',
  warmupSeconds: 'How long it is warmed up at most before that, in seconds.',
  points: {
    text: 'What was to be measured; rounds name a point by its index here, from 0.',
    of: {
      mode,
      memoryBytes: 'Guest memory, in bytes.',
      commit:
        'When the guest goes on while the standby has not acknowledged: `stop`, `buffered`, `grouped` or `replay`.',
      encode: 'How pages are sent: `raw` or `xor`.',
      connections: 'Clients, each with one request under way.',
      pollUs:
        'How long a wait between primary and standby may look for a message without sleeping, in microseconds; not there: never.',
    },
  },
  twin: 'Index of the point that is measured twice in every round (the A/A pair).',
};

const stage = (text: string) => ({
  text,
  of: {
    meanNs: 'Mean of the transactions, in nanoseconds.',
    medianNs: 'Median of the transactions, in nanoseconds.',
    p99Ns: '99 % of the transactions took no longer, in nanoseconds.',
  },
});

const verified = {
  text: 'Memory and vCPU state where both sides were found to have the same, byte for byte; null where nothing is synchronised.',
  of: { epoch: 'Number of the epoch.', sha256: 'Digest of memory and state.', pages: 'Pages that are not all zeros.' },
} as const;

/** What each field of a run of transactions is. */
export const transactionRunFields: Fields<Transactions['runs'][number]> = {
  ...runBeginning,
  twin: 'True for the second of the A/A pair.',
  seconds: 'How long the measured transactions took, in seconds.',
  transactions: 'How many they were.',
  latency: {
    text: 'What the client saw of each transaction.',
    of: {
      meanNs: 'Mean, in nanoseconds.',
      medianNs: 'Median, in nanoseconds.',
      p90Ns: '90 % took no longer, in nanoseconds.',
      p99Ns: '99 % took no longer, in nanoseconds.',
      p999Ns: '99.9 % took no longer, in nanoseconds.',
      maxNs: 'The longest, in nanoseconds.',
      histogram: 'Every transaction, as an HdrHistogram of nanoseconds in its compressed base64 encoding.',
    },
  },
  epochs: 'Epochs sent to the standby.',
  pages: 'Pages sent to the standby.',
  wireBytes: 'Bytes sent to the standby.',
  forcedExits: 'Early stops of the guest for want of room in the tracker.',
  sharedClock:
    'False: the sides read different clocks, and the time that the two took together is split equally between wire and acknowledgement.',
  processorSeconds: {
    text: 'Processor time that the servers took for the transactions; null: the kernel does not say; not there in files from before it was recorded.',
    of: { primary: 'Of the primary, in seconds.', standby: 'Of the standby, in seconds; 0 where there is none.' },
  },
  split: {
    text: 'What a transaction’s time went to, by stages in the order they come.',
    of: {
      'request in': stage('From the request’s arrival to the guest’s start.'),
      guest: stage('The guest works on the request.'),
      detection: stage('The tracker lists the dirty pages.'),
      copy: stage('Dirty pages and state are put into frames.'),
      wire: stage('The way to the standby.'),
      standby: stage('The standby takes the epoch.'),
      acknowledgement: stage('The way of the acknowledgement back.'),
      'response out': stage('The response is sent.'),
    },
  },
  floor: {
    text: 'The least that an exchange takes: a message and its answer between two processes that do nothing else; null: nothing is synchronised, or no system calls can be made; not there in files from before it was measured.',
    of: {
      messageBytes: 'Bytes of the message: what a transaction waits for.',
      answerBytes: 'Bytes of the answer: an acknowledgement.',
      blockingNs: 'Median where both sides sleep until something comes, in nanoseconds.',
      pollingNs: 'Median where both look again and again, in nanoseconds.',
    },
  },
  verified,
};

/** What each field of the first line of a file of migrations is. */
export const migrationsHeaderFields: Fields<Migrations['header']> = {
  kind: 'What kind of line this is.',
  schema: 'Version of this format.',
  ...runsBeginning,
  connections: 'Clients, each of which asks again when it is answered.',
  seconds: 'How long the load runs before the move, and after, in seconds.',
  warmupSeconds: 'How long it runs at most before that, in seconds; 0.2 where it is not there.',
  downtimeMs: 'Longest downtime that is aimed at, in milliseconds.',
  points: {
    text: 'What was to be measured; rounds name a point by its index here, from 0.',
    of: { mode, memoryBytes: 'Guest memory, in bytes.' },
  },
  twin: 'Index of the point that is measured twice in every round (the A/A pair); null or not there: none.',
};

/** What each field of a run of migrations is. */
export const migrationRunFields: Fields<Migrations['runs'][number]> = {
  ...runBeginning,
  twin: 'True for the second of the A/A pair.',
  precopy: {
    text: 'Rounds of pre-copy, while the guest went on serving.',
    of: {
      pages: 'Pages sent.',
      bytes: 'Bytes sent.',
      ns: 'How long it took, in nanoseconds.',
      detectionNs: 'What detection of the pages written meanwhile took, in nanoseconds.',
      found: 'Pages that this detection found.',
    },
  },
  move: {
    text: 'The end of the move, while the guest stood still.',
    of: {
      converged: 'False: what was left did not fit the downtime aimed at, and the guest was stopped all the same.',
      pages: 'Pages sent.',
      bytes: 'Bytes sent.',
      downtime: {
        text: 'The parts of the downtime, in the order they come.',
        of: {
          detection: 'The dirty pages are listed, in nanoseconds.',
          copy: 'They and the vCPU state are put into frames, in nanoseconds.',
          transfer: 'Those are sent and acknowledged, in nanoseconds.',
          resume: 'The target starts the guest, in nanoseconds.',
          redirect: 'The clients’ connections are led there, in nanoseconds.',
        },
      },
      clients: 'Clients whose connections were led to the target.',
    },
  },
  longestWaitNs: {
    text: 'Longest that a client waited for a response.',
    of: { before: 'Before the move, in nanoseconds.', during: 'During it, in nanoseconds.' },
  },
  transactions: 'Transactions acknowledged to clients: all were found in the guest after the move.',
  verified,
};
