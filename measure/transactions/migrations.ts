import { setTimeout as sleep } from 'node:timers/promises';
import type { Address } from '../../replication/address.js';
import { askMigration } from '../../replication/client/operator.js';
import { primaryArguments, type ServerProcess, servingAddress, startServer } from '../../replication/server-process.js';
import type { MigrationPoint, MigrationRun, MigrationsHeader, PrecopyRound } from '../../results/migrations.js';
import type { RunsFile } from '../../results/runs.js';
import { CheckedClients, trialResponseBytes } from '../../trials/clients.js';
import { compareWithReplay } from '../../trials/reference.js';
import type { Job } from '../plan.js';
import type { Progress } from '../run.js';
import { idleShare, readCoreTime } from './idleness.js';
import { measureDue } from './plan.js';
import { digestTimeoutMs, verifySameOnBothSides } from './verification.js';
import { warmUp } from './warmup.js';

const timeoutMs = 10_000;
const secret = '';

/**
 * Moves a guest for every round that the file does not hold yet, each in processes of its own, one after the other. `command`
 * is what dirtybench is run with.
 * @throws ReplicationError if something fails or the two sides do not hold the same; OutputCommitViolation if the guest does
 * not hold afterwards what clients were told; what the signal says if that is aborted.
 */
export function measureDowntimes(
  file: RunsFile<MigrationsHeader, MigrationRun>,
  header: MigrationsHeader,
  command: readonly string[],
  signal: AbortSignal,
  progress: (progress: Progress) => void,
): Promise<void> {
  const measure = async (job: Job): Promise<MigrationRun> => {
    const measured = await measurePoint(command, header.points[job.point] as MigrationPoint, header);
    return { kind: 'run', ...job, ...measured };
  };
  return measureDue(file, header, measure, signal, progress);
}

/** Starts a target and a source, loads that, moves its guest meanwhile, and compares afterwards. */
async function measurePoint(
  command: readonly string[],
  point: MigrationPoint,
  header: MigrationsHeader,
): Promise<Omit<MigrationRun, 'kind' | keyof Job>> {
  const startedAt = new Date().toISOString();
  const servers: ServerProcess[] = [];
  let clients: CheckedClients | null = null;
  const start = async (...args: string[]) => {
    const server = await startServer(command, args);
    servers.push(server);
    return server;
  };
  try {
    const [target, source] = await Promise.all([
      start('standby', '--port', '0', '--serve-port', '0', '--tracker', point.mode),
      start(...primaryArguments({ ...header, ...point }, '--standby', 'none')),
    ]);
    clients = await CheckedClients.open([source.address], secret, header.connections);
    const moved = await move(clients, source.address, target.address, header);
    // Both sides remember what they held when the guest changed over.
    const verified = await verifySameOnBothSides(source.address, secret);
    await compare(clients, servingAddress(target), point, header);
    return { startedAt, ...moved, transactions: clients.answers.size, verified };
  } finally {
    clients?.close();
    await Promise.all(servers.map((server) => server.end()));
  }
}

/** Loads the source, moves its guest, goes on for a while, and ends the load. */
async function move(
  clients: CheckedClients,
  source: Address,
  to: Address,
  { seconds, warmupSeconds, downtimeMs }: MigrationsHeader,
): Promise<Pick<MigrationRun, 'warmup' | 'idleShare' | 'precopy' | 'move' | 'longestWaitNs'>> {
  const precopy: PrecopyRound[] = [];
  clients.start();
  const pace = async (pieceSeconds: number) => {
    const before = clients.answers.size;
    await clients.during(sleep(pieceSeconds * 1000));
    return (clients.answers.size - before) / pieceSeconds;
  };
  const warmup = await warmUp(pace, warmupSeconds);
  clients.forgetWaits();
  const coresBefore = readCoreTime();
  await clients.during(sleep(seconds * 1000));
  const before = clients.longestWaitNs;
  clients.forgetWaits();
  const order = { to, downtimeMs, ifDiverging: 'stop' } as const;
  const round = (each: PrecopyRound) => precopy.push(each);
  const moved = await clients.during(askMigration({ address: source, secret, timeoutMs, order, round }));
  await clients.during(sleep(seconds * 1000));
  const idle = idleShare(coresBefore, readCoreTime());
  await clients.stop();
  return {
    warmup,
    idleShare: idle,
    precopy,
    move: moved.move,
    longestWaitNs: { before, during: clients.longestWaitNs },
  };
}

/** What clients were told from beginning to end is what the guest holds now. */
function compare(
  { answers }: CheckedClients,
  server: Address,
  { memoryBytes }: MigrationPoint,
  { guest, pagesPerTransaction, workload, seed }: MigrationsHeader,
): Promise<void> {
  const settings = { memoryBytes, pagesPerTransaction, workload, seed };
  const responseBytes = trialResponseBytes;
  return compareWithReplay(answers, { server, secret, guest, settings, responseBytes, timeoutMs: digestTimeoutMs });
}
