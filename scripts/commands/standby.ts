import { Command, type Option } from 'commander';
import { formatSize } from '../../base/size.js';
import { type Address, formatAddress } from '../../replication/address.js';
import { ReplicationError } from '../../replication/error.js';
import { type ModeName, modes } from '../../replication/guest/modes.js';
import { tellReady } from '../../replication/ready.js';
import { rehearsal } from '../../replication/rehearsal/rehearsal.js';
import type { FailoverOptions } from '../../replication/standby/failover-endpoint.js';
import { Standby } from '../../replication/standby/standby.js';
import { addGuardingOptions, type GuardingFlags, refuseClash, trackerOption } from '../options/guarding.js';
import { hostAndPort, millisecondsOption, portNumber, readSecret, sizeOption, wholeNumber } from '../options/values.js';
import { printLine, untilAsked } from '../terminal/serving.js';

interface StandbyFlags extends GuardingFlags {
  host: string;
  port: number;
  maxMemory: number;
  secretFile?: string;
  servePort?: number;
  lease: number;
  checkReplay: number;
  tracker: ModeName;
  standby?: Address;
}

/** By default one interval in 16 is run as it comes: that costs a sixteenth of the guest's own processor time. */
const usualCheckEvery = 16;

/** Options that matter only to a guest that is served here. */
const ofServing = [
  'lease',
  'checkReplay',
  'checkpoint',
  'tracker',
  'standby',
  'commit',
  'encode',
  'onLoss',
  'ackTimeout',
  'connectTimeout',
];

/** `dirtybench standby`: keeps a primary's guest, and serves in its place if it is to, until asked to end. */
export function standbyCommand(): Command {
  const command = new Command('standby')
    .description('replicate the guest of a primary, epoch by epoch, and take over if it fails')
    .requiredOption('--port <port>', 'where the primary connects; 0 for any that is free', portNumber)
    .option('--host <host>', 'address to listen on', '127.0.0.1')
    .addOption(sizeOption('--max-memory <size>', 'largest guest accepted', 2 ** 39))
    .option('--serve-port <port>', 'take over, and serve clients there, when the primary is gone', portNumber)
    .addOption(
      millisecondsOption(
        '--lease <time>',
        'how long a primary may answer after it was last acknowledged, in ms',
        10,
        400,
      ),
    )
    .option(
      '--check-replay <number>',
      "with a primary's --commit replay: run one of so many intervals as it comes, and compare; 1 all, 0 none",
      wholeNumber(0),
      usualCheckEvery,
    )
    .addOption(trackerOption().default('kvm-ring'))
    .option('--standby <host:port>', 'the standby for the guest once it is served here', hostAndPort)
    .option('--secret-file <file>', 'the secret that both sides share; needed to listen beyond loopback')
    .action(keep);
  return addGuardingOptions(command);
}

async function keep(flags: StandbyFlags, command: Command): Promise<void> {
  const { host, port, maxMemory } = flags;
  if (flags.servePort === undefined) refuseIdle(command);
  const secret = readSecret(flags.secretFile);
  const asked = untilAsked();
  let stop: (why: string) => void = () => {};
  const stopped = new Promise<string>((resolve) => {
    stop = resolve;
  });
  const standby = await Standby.open({
    address: { host, port },
    secret,
    mostMemoryBytes: maxMemory,
    failover: failoverOptionsOf(flags, stop),
    pollUs: flags.pollUs,
    log: printLine,
  });
  const { address, servingAddress } = standby;
  const parts = [
    `standby on ${formatAddress(address)}`,
    `guests up to ${formatSize(maxMemory)}`,
    servingAddress === null ? 'never takes over' : `takes over on ${formatAddress(servingAddress)}`,
    `${secret === '' ? 'no' : 'with a'} secret`,
  ];
  printLine(`ready: ${parts.join(', ')}`);
  tellReady({ role: 'standby', address, servingAddress });
  const why = await Promise.race([stopped, asked]);
  standby.close();
  if (typeof why === 'string') throw new ReplicationError(`the standby stopped: ${why}`);
  printLine('standby: ended as asked');
}

function failoverOptionsOf(flags: StandbyFlags, stopped: (why: string) => void): FailoverOptions | null {
  const { host, servePort: port, lease: leaseMs, tracker: mode, standby: address } = flags;
  const { commit, checkpoint, checkReplay: checkEvery } = flags;
  if (port === undefined) return null;
  refuseClash(flags);
  if (address !== undefined && !modes[mode].synchronised) {
    throw new ReplicationError(`--tracker ${mode} uses no standby: leave --standby out`);
  }
  const { onLoss, encode: encoding, ackTimeout: ackTimeoutMs, connectTimeout: connectTimeoutMs, pollUs } = flags;
  const standby = address === undefined ? null : { address, onLoss, encoding, ackTimeoutMs, connectTimeoutMs, pollUs };
  return { address: { host, port }, leaseMs, mode, commit, checkpoint, checkEvery, standby, rehearsal, stopped };
}

/** @throws ReplicationError if an option was given that would do nothing without `--serve-port`. */
function refuseIdle(command: Command): void {
  const given = (option: Option) => command.getOptionValueSource(option.attributeName()) === 'cli';
  const idle = command.options.find((option) => ofServing.includes(option.attributeName()) && given(option));
  if (idle === undefined) return;
  throw new ReplicationError(`${idle.long} is for a guest that is served here: give --serve-port too`);
}
