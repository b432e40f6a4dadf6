// The options that a primary and a standby that takes over have in common: how a guest is tracked and kept.
import { type Command, Option } from 'commander';
import { usableCores } from '../../base/machine.js';
import { ReplicationError } from '../../replication/error.js';
import { modeNames, modes } from '../../replication/guest/modes.js';
import { type CheckpointInterval, usualInterval } from '../../replication/primary/checkpoints.js';
import { type CommitName, commitNames, commits } from '../../replication/primary/commit.js';
import { type LossPolicyName, lossPolicies, lossPolicyNames } from '../../replication/primary/loss.js';
import { type EncodingName, encodingNames, encodings } from '../../replication/wire/encoding.js';
import { longestPollUs } from '../../replication/wire/polling.js';
import { millisecondsOption, pollMicroseconds, wholeMilliseconds, wholeNumber } from './values.js';

/** Choices of an option, each with what it means, as its help lists them. */
const listed = (entries: Readonly<Record<string, { readonly summary: string }>>) =>
  Object.entries(entries)
    .map(([name, { summary }]) => `${name} (${summary})`)
    .join('; ');

/** The option that chooses how the guest's pages are tracked. */
export function trackerOption(): Option {
  return new Option('--tracker <name>', listed(modes)).choices(modeNames);
}

/** The options of a guest that may have a standby, as they are read. */
export interface GuardingFlags {
  onLoss: LossPolicyName;
  commit: CommitName;
  checkpoint: CheckpointInterval;
  encode: EncodingName;
  ackTimeout: number;
  connectTimeout: number;
  pollUs: number;
}

/** How many processes poll: a primary, a standby and a client. Polling is the default only where a core is left for everything else. */
const pollingProcesses = 3;

function usualPollUs(): number {
  return usableCores() > pollingProcesses ? longestPollUs : 0;
}

/** Reads an interval between checkpoints. @throws InvalidArgumentError if it is neither a time nor a number. */
function checkpointInterval(text: string): CheckpointInterval {
  if (/^\d+$/.test(text)) return { kind: 'transactions', count: wholeNumber(1)(text) };
  return { kind: 'time', ms: wholeMilliseconds(1)(text) };
}

/** @throws ReplicationError if options were given that do not go together. */
export function refuseClash({ commit, encode }: Pick<GuardingFlags, 'commit' | 'encode'>): void {
  if (commits[commit].keeps !== 'requests' || encode === 'raw') return;
  throw new ReplicationError(`--commit ${commit} sends checkpoints of whole pages: leave --encode out`);
}

/** Adds the options that say how a guest is kept in step with its standby. */
export function addGuardingOptions(command: Command): Command {
  const choice = (flags: string, text: string, names: readonly string[]) =>
    new Option(flags, text).choices(names).default(names[0]);
  return command
    .addOption(choice('--on-loss <policy>', `without the standby: ${listed(lossPolicies)}`, lossPolicyNames))
    .addOption(choice('--commit <mode>', `while the standby has not acknowledged: ${listed(commits)}`, commitNames))
    .addOption(
      new Option(
        '--checkpoint <interval>',
        'with --commit replay: how often, as 20ms, or 500 for every 500 transactions',
      )
        .argParser(checkpointInterval)
        .default(usualInterval, '20ms'),
    )
    .addOption(choice('--encode <encoding>', `how pages are sent: ${listed(encodings)}`, encodingNames))
    .option(
      '--poll-us <number>',
      'how long at most to poll for a message of the other side before sleeping, in µs, up to 1000; 0: sleep at once',
      pollMicroseconds,
      usualPollUs(),
    )
    .addOption(
      millisecondsOption('--ack-timeout <time>', 'longest that the standby may take to acknowledge, in ms', 1, 2000),
    )
    .addOption(
      millisecondsOption('--connect-timeout <time>', 'longest that connecting to the standby may take, in ms', 1, 5000),
    );
}
