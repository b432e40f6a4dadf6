import { type Address, formatAddress } from '../../replication/address.js';
import { type LoadResult, runLoad } from '../../replication/client/load.js';
import { askStatistics } from '../../replication/client/observer.js';
import { ReplicationError } from '../../replication/error.js';
import { type ModeName, modeNames, modes } from '../../replication/guest/modes.js';
import { commitNames, commits } from '../../replication/primary/commit.js';
import { primaryArguments, type ServerProcess, startServer } from '../../replication/server-process.js';
import { ackBytes } from '../../replication/wire/epoch.js';
import { logHeaderBytes } from '../../replication/wire/log.js';
import { headerBytes } from '../../replication/wire/wire.js';
import { encodeHistogram, quantileIn } from '../../results/histogram.js';
import type { RunsFile } from '../../results/runs.js';
import type { Floor, TransactionPoint, TransactionRun, TransactionsHeader } from '../../results/transactions.js';
import type { Job } from '../plan.js';
import type { Progress } from '../run.js';
import { measureFloor } from './floor.js';
import { idleShare, readCoreTime, readProcessorSeconds } from './idleness.js';
import { measureDue } from './plan.js';
import { verifySameOnBothSides } from './verification.js';
import { type Warmup, warmUp } from './warmup.js';

/** What a round needs to know of the whole. */
type RunSettings = Pick<
  TransactionsHeader,
  'guest' | 'workload' | 'pagesPerTransaction' | 'requestBytes' | 'responseBytes' | 'seconds' | 'warmupSeconds' | 'seed'
>;

const timeoutMs = 10_000;
const noSecret = '';

/**
 * Measures every round that the file does not hold yet, each in processes of its own, one after the other. `command` is what
 * dirtybench is run with.
 * @throws ReplicationError if something fails or the standby does not hold what the primary has; what the signal says if
 * that is aborted.
 */
export function measureTransactions(
  file: RunsFile<TransactionsHeader, TransactionRun>,
  header: TransactionsHeader,
  command: readonly string[],
  signal: AbortSignal,
  progress: (progress: Progress) => void,
): Promise<void> {
  const measure = async (job: Job): Promise<TransactionRun> => {
    const point = header.points[job.point] as TransactionPoint;
    return { kind: 'run', ...job, ...(await measurePoint(command, point, header)) };
  };
  return measureDue(file, header, measure, signal, progress);
}

/** Measures a point: starts a standby and a primary, loads them, and compares the two sides afterwards. */
async function measurePoint(
  command: readonly string[],
  point: TransactionPoint,
  settings: RunSettings,
): Promise<Omit<TransactionRun, 'kind' | keyof Job>> {
  const startedAt = new Date().toISOString();
  const mode = modeNamed(point.mode);
  const servers: ServerProcess[] = [];
  const start = async (...args: string[]) => {
    const server = await startServer(command, args);
    servers.unshift(server);
    return server;
  };
  try {
    const polling = ['--poll-us', String(point.pollUs ?? 0)];
    const standby = modes[mode].synchronised ? await start('standby', '--port', '0', ...polling) : null;
    const protection = standby === null ? [] : protectionFlags(standby.address, point);
    const primary = await start(...primaryArguments({ ...settings, ...point }, ...protection, ...polling));
    const ask = { address: primary.address, secret: noSecret, timeoutMs };
    const before = { primary: 0, standby: 0 };
    const forget = async () => {
      await askStatistics(ask);
      Object.assign(before, processorSecondsOf(primary, standby));
    };
    const { warmup, idle, load } = await loadPrimary(primary.address, point.connections, settings, forget);
    const after = processorSecondsOf(primary, standby);
    const processorSeconds = after && {
      primary: after.primary - before.primary,
      standby: after.standby - before.standby,
    };
    const { transactions: _counted, ...statistics } = await askStatistics(ask);
    const verified = standby === null ? null : await verifySameOnBothSides(primary.address, noSecret);
    const floor = await floorOf(exchangeBytes(point, settings, statistics));
    const { transactions, seconds } = load;
    const latency = latencyOf(load);
    const conditions = { startedAt, warmup, idleShare: idle, processorSeconds };
    return { ...conditions, seconds, transactions, latency, ...statistics, floor, verified };
  } finally {
    for (const server of servers) await server.end();
  }
}

/** Processor time that the servers have taken so far; null where the kernel does not say. */
function processorSecondsOf(
  primary: ServerProcess,
  standby: ServerProcess | null,
): { readonly primary: number; readonly standby: number } | null {
  const ofPrimary = readProcessorSeconds(primary.pid);
  const ofStandby = standby === null ? 0 : readProcessorSeconds(standby.pid);
  return ofPrimary === null || ofStandby === null ? null : { primary: ofPrimary, standby: ofStandby };
}

/** What a response waits for, in bytes on its way to the standby: an epoch, or its request; 0: nothing. */
function exchangeBytes(
  { commit }: TransactionPoint,
  { requestBytes }: RunSettings,
  { epochs, wireBytes }: Pick<TransactionRun, 'epochs' | 'wireBytes'>,
): number {
  if (epochs === 0) return 0;
  const keepsRequests = commitNames.some((name) => name === commit && commits[name].keeps === 'requests');
  return keepsRequests ? headerBytes + logHeaderBytes + requestBytes : Math.round(wireBytes / epochs);
}

/** What an exchange of such a message takes at least. */
async function floorOf(messageBytes: number): Promise<Floor | null> {
  return messageBytes === 0 ? null : measureFloor(messageBytes, headerBytes + ackBytes);
}

function modeNamed(name: string): ModeName {
  const mode = modeNames.find((known) => known === name);
  if (mode === undefined) throw new ReplicationError(`unknown mode '${name}': one of ${modeNames.join(', ')}`);
  return mode;
}

/** How a primary is kept in step with its standby. */
function protectionFlags(standby: Address, { commit, encode }: TransactionPoint): string[] {
  return ['--standby', formatAddress(standby), '--commit', commit, '--encode', encode];
}

/** A load that was measured, and the state that it was measured in. */
interface Loaded {
  readonly warmup: Warmup;
  /** Share of the cores' time in which they had nothing to do meanwhile; null: not known. */
  readonly idle: number | null;
  readonly load: LoadResult;
}

/** Warms the primary up, forgets what that took, and measures. */
async function loadPrimary(
  address: Address,
  connections: number,
  settings: RunSettings,
  forget: () => Promise<unknown>,
): Promise<Loaded> {
  const { requestBytes, responseBytes, seconds, warmupSeconds } = settings;
  const sizes = { connections, requestBytes, responseBytes };
  const load = {
    ...sizes,
    addresses: [address],
    patienceMs: 0,
    secret: noSecret,
    rate: null,
    warmupSeconds: 0,
    connectTimeoutMs: timeoutMs,
  };
  const pace = async (pieceSeconds: number) => {
    const piece = await runLoad({ ...load, seconds: pieceSeconds });
    return piece.transactions / piece.seconds;
  };
  const warmup = await warmUp(pace, warmupSeconds);
  await forget();
  const before = readCoreTime();
  const measured = await runLoad({ ...load, seconds });
  return { warmup, idle: idleShare(before, readCoreTime()), load: measured };
}

function latencyOf({ latency }: LoadResult): TransactionRun['latency'] {
  return {
    meanNs: latency.mean,
    medianNs: quantileIn(latency, 0.5),
    p90Ns: quantileIn(latency, 0.9),
    p99Ns: quantileIn(latency, 0.99),
    p999Ns: quantileIn(latency, 0.999),
    maxNs: latency.maxValue,
    histogram: encodeHistogram(latency),
  };
}
