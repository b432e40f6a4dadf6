import { Command, Option } from 'commander';
import { formatSize } from '../../base/size.js';
import { type Address, formatAddress } from '../../replication/address.js';
import { ReplicationError } from '../../replication/error.js';
import { type GuestChoice, guestChoices, type ModeName, modes, openService } from '../../replication/guest/modes.js';
import { Netserver } from '../../replication/netperf/netserver.js';
import { Primary } from '../../replication/primary/primary.js';
import { tellReady } from '../../replication/ready.js';
import { rehearsal } from '../../replication/rehearsal/rehearsal.js';
import { addGuardingOptions, type GuardingFlags, refuseClash, trackerOption } from '../options/guarding.js';
import { hostAndPort, portNumber, readSecret, sizeOption, wholeNumber } from '../options/values.js';
import { printLine, untilAsked } from '../terminal/serving.js';

interface PrimaryFlags extends GuardingFlags {
  tracker: ModeName;
  memory: number;
  pages: number;
  workload: string;
  seed: number;
  guest: GuestChoice;
  host: string;
  port: number;
  netperfPort?: number;
  standby?: Address | 'none';
  secretFile?: string;
}

/** `dirtybench primary`: a guest that serves requests, kept in step with a standby, until asked to end. */
export function primaryCommand(): Command {
  const command = new Command('primary')
    .description('serve requests with a guest, each response held back until the standby has the pages it changed')
    .addOption(trackerOption().makeOptionMandatory())
    .addOption(sizeOption('--memory <size>', 'memory of the guest', 512 * 2 ** 20))
    .option(
      '--pages <number>',
      "pages that a transaction changes, with that of the guest's count and table",
      wholeNumber(1),
      16,
    )
    .option(
      '--workload <name>',
      'which pages, as in `dirtybench list`; a recorded one is trace:NAME, and says itself how many',
      'netperf-rr',
    )
    .option('--seed <number>', 'seed of the workload', wholeNumber(0), 1)
    .addOption(
      new Option('--guest <kind>', 'auto takes KVM where it can be used').choices(guestChoices).default('auto'),
    )
    .option('--host <host>', 'address to listen on', '127.0.0.1')
    .requiredOption('--port <port>', 'where clients connect; 0 for any that is free', portNumber)
    .option('--netperf-port <port>', 'also serve netperf -t TCP_RR there', portNumber)
    .option(
      '--standby <host:port>',
      'the standby; required except with --tracker none. The word none instead: unsynchronised, but can be migrated',
      addressOrNone,
    )
    .option('--secret-file <file>', 'the secret that both sides share; needed to listen beyond loopback')
    .action(servePrimary);
  return addGuardingOptions(command);
}

async function servePrimary(flags: PrimaryFlags): Promise<void> {
  const { host, port, netperfPort } = flags;
  refuseMemory(flags.memory);
  const secret = readSecret(flags.secretFile);
  const standby = standbyOf(flags);
  const { guest, note } = openService(flags.guest, flags.tracker, {
    memoryBytes: flags.memory,
    pagesPerTransaction: flags.pages,
    workload: flags.workload,
    seed: flags.seed,
  });
  const asked = untilAsked();
  let stop: (why: string) => void = () => {};
  const stopped = new Promise<string>((resolve) => {
    stop = resolve;
  });
  const opening = Primary.open({
    listenOn: { host, port },
    secret,
    guest,
    tracked: modes[flags.tracker].synchronised,
    standby,
    commit: flags.commit,
    checkpoint: flags.checkpoint,
    rehearse: () => rehearsal.asSource(flags.tracker, guest),
    log: printLine,
    stopped: stop,
  });
  const primary = await Promise.race([opening, asked.then(() => null)]);
  // It may still be waiting for its standby.
  if (primary === null) return endEarly();
  if (flags.standby === 'none') primary.goUnsynchronised('as --standby none asks');
  try {
    const netserver =
      netperfPort === undefined
        ? null
        : await Netserver.open({ address: { host, port: netperfPort }, server: primary, log: printLine });
    const parts = [
      `primary on ${formatAddress(primary.address)}`,
      ...(netserver === null ? [] : [`netperf on ${formatAddress(netserver.address)}`]),
      `tracker ${flags.tracker}`,
      `${note}, ${formatSize(flags.memory)}`,
      ...(standby === null
        ? ['no standby']
        : [`standby ${formatAddress(standby.address)}`, `commit ${flags.commit}`, `encode ${flags.encode}`]),
    ];
    printLine(`ready: ${parts.join(', ')}`);
    tellReady({ role: 'primary', address: primary.address, netperfAddress: netserver?.address ?? null });
    const why = await Promise.race([stopped, asked]);
    netserver?.close();
    if (typeof why === 'string') throw new ReplicationError(`the primary stopped: ${why}`);
    primary.end();
  } finally {
    primary.close();
  }
  printLine('primary: ended as asked');
}

function endEarly(): never {
  printLine('primary: ended as asked, before it served anybody');
  process.exit();
}

/** The largest guest that any command accepts. */
const mostMemoryBytes = 2 ** 40;

/** @throws ReplicationError if it is more than `mostMemoryBytes`. */
function refuseMemory(bytes: number): void {
  if (bytes <= mostMemoryBytes) return;
  throw new ReplicationError(`--memory ${formatSize(bytes)}: a guest has at most ${formatSize(mostMemoryBytes)}`);
}

function addressOrNone(text: string): Address | 'none' {
  return text === 'none' ? text : hostAndPort(text);
}

function standbyOf({ tracker, standby, onLoss, commit, encode, ackTimeout, connectTimeout, pollUs }: PrimaryFlags) {
  if (!modes[tracker].synchronised) {
    if (encode !== 'raw') throw new ReplicationError(`--tracker ${tracker} sends no pages: leave --encode out`);
    if (commit !== 'stop') throw new ReplicationError(`--tracker ${tracker} commits nothing: leave --commit out`);
    if (standby !== undefined) throw new ReplicationError(`--tracker ${tracker} uses no standby: leave --standby out`);
    return null;
  }
  if (standby === undefined) {
    throw new ReplicationError(`--tracker ${tracker} needs a standby: give --standby HOST:PORT, or none`);
  }
  if (standby === 'none') {
    if (encode !== 'raw')
      throw new ReplicationError('--standby none has nobody to encode pages for: leave --encode out');
    return null;
  }
  refuseClash({ commit, encode });
  return {
    address: standby,
    onLoss,
    encoding: encode,
    ackTimeoutMs: ackTimeout,
    connectTimeoutMs: connectTimeout,
    pollUs,
  };
}
