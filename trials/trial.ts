import { setTimeout as sleep } from 'node:timers/promises';
import { Random } from '../base/random.js';
import { type Address, formatAddress } from '../replication/address.js';
import type { GuestChoice, ModeName } from '../replication/guest/modes.js';
import type { CommitName } from '../replication/primary/commit.js';
import type { LossPolicyName } from '../replication/primary/loss.js';
import { primaryArguments, type ServerProcess, servingAddress, startServer } from '../replication/server-process.js';
import type { EncodingName } from '../replication/wire/encoding.js';
import { CheckedClients, trialResponseBytes } from './clients.js';
import { FaultProxy } from './fault-proxy.js';
import { type FaultName, faults, type Scene } from './faults.js';
import { compareWithReplay } from './reference.js';

/** What a trial of failover does: everything but the timing of processes and the network is settled by it. */
export interface TrialPlan {
  readonly fault: FaultName;
  readonly commit: CommitName;
  readonly encode: EncodingName;
  /** What the primary does when it has lost its standby and still runs. */
  readonly onLoss: Exclude<LossPolicyName, 'continue'>;
  readonly mode: ModeName;
  readonly guest: Exclude<GuestChoice, 'auto'>;
  readonly connections: number;
  readonly workload: string;
  /** The fault strikes so long after the load has begun, in milliseconds. */
  readonly strikeMs: number;
  readonly seed: number;
}

/** How a trial went that found nothing wrong. */
export interface TrialResult {
  /**
   * The primary served when the fault struck. On a machine that is very busy the standby may have taken over before: the
   * checks are the same, but there was nothing for the fault to end.
   */
  readonly struck: boolean;
  /** Transactions that clients were told of. */
  readonly acknowledged: number;
  /** Requests repeated after the failover, and how many of them had been done. */
  readonly repeated: number;
  readonly repeatedDone: number;
  /** The longest that any client waited for an answer while none came, in nanoseconds. */
  readonly gapNs: number;
}

const secret = '';
const memoryBytes = 64 * 2 ** 20;
const pagesPerTransaction = 16;
/** The lease that the standby grants its primary, in milliseconds. */
const leaseMs = 400;
/** Longer than the lease and the standby's wait after it. */
const longMs = 2 * leaseMs;
const standbyArguments = ['standby', '--port', '0', '--serve-port', '0', '--lease', String(leaseMs)];
/** How long clients go on after all have been answered by the one that is to serve. */
const settleMs = 100;
const digestTimeoutMs = 10_000;

/**
 * Starts a standby that takes over, a primary and clients, lets the fault strike, and compares what the clients were told with the
 * state of the guest that serves in the end. `command` is the program and first words that run dirtybench.
 * @throws OutputCommitViolation if something acknowledged is lost, the guest's state is not that of a guest that did
 * these transactions, or both sides answered; ReplicationError if service does not go on.
 */
export async function runTrial(plan: TrialPlan, command: readonly string[]): Promise<TrialResult> {
  const servers: ServerProcess[] = [];
  let proxy: FaultProxy | null = null;
  let clients: CheckedClients | null = null;
  try {
    const standby = await startServer(command, standbyArguments);
    servers.push(standby);
    proxy = await FaultProxy.open(standby.address);
    const primary = await startServer(command, argumentsOf(plan, proxy.address));
    servers.push(primary);
    const standbyAddress = servingAddress(standby);
    clients = await CheckedClients.open(
      [primary.address, standbyAddress],
      secret,
      plan.connections,
      faults[plan.fault].lateAnswers,
    );
    const scene = { primary, proxy, longMs, random: new Random(plan.seed) };
    const struck = await strike(plan, clients, scene, primary.address, standbyAddress);
    await clients.stop();
    const { fault } = plan;
    await compare(plan, clients, faults[fault].takesOver ? standbyAddress : primary.address);
    const { repeated, repeatedDone } = clients.tally;
    return { struck, acknowledged: clients.answers.size, repeated, repeatedDone, gapNs: clients.longestWaitNs };
  } finally {
    clients?.close();
    proxy?.close();
    for (const server of servers) server.signal('SIGKILL');
    await Promise.all(servers.map(({ ended }) => ended));
  }
}

function argumentsOf(plan: TrialPlan, standby: Address): string[] {
  const { commit, encode, onLoss } = plan;
  const protection = ['--commit', commit, '--encode', encode, '--standby', formatAddress(standby), '--on-loss', onLoss];
  return primaryArguments({ ...plan, memoryBytes, pagesPerTransaction }, ...protection);
}

/**
 * From the first request until the service goes on after the fault, and the old primary has had time to do wrong.
 * @returns whether the primary served when the fault struck.
 */
async function strike(
  { fault, strikeMs }: TrialPlan,
  clients: CheckedClients,
  scene: Scene,
  primary: Address,
  standbyAddress: Address,
): Promise<boolean> {
  const { takesOver, strike, mend } = faults[fault];
  clients.start();
  await clients.during(sleep(strikeMs));
  const struck = clients.allAt(primary);
  strike(scene);
  if (mend !== null) {
    await clients.during(sleep(longMs));
    mend(scene);
  }
  await clients.answeredBy(takesOver ? standbyAddress : primary);
  // Not awaited: all that can come of it is an answer that must not be, and that fails whatever is awaited of the clients until they stop.
  if (takesOver) clients.probeOldPrimary(primary);
  await clients.during(sleep(settleMs));
  return struck;
}

/** Compares the guest's state now with that of a fresh guest that replays its transactions. */
function compare({ guest, workload, seed }: TrialPlan, { answers }: CheckedClients, server: Address): Promise<void> {
  const settings = { memoryBytes, pagesPerTransaction, workload, seed };
  const responseBytes = trialResponseBytes;
  return compareWithReplay(answers, { server, secret, guest, settings, responseBytes, timeoutMs: digestTimeoutMs });
}
