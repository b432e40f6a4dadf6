import { type Command, Option } from 'commander';
import { modeNames, modes } from '../replication/guest/modes.js';
import { type CommitName, commitNames, commits } from '../replication/primary/commit.js';
import { type LossPolicyName, lossPolicies, lossPolicyNames } from '../replication/primary/loss.js';
import { type EncodingName, encodingNames, encodings } from '../replication/wire/encoding.js';
import { wholeMilliseconds } from './values.js';

/** The options that a primary and a standby that takes over have in common: how a guest is tracked and kept. */

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
  encode: EncodingName;
  ackTimeout: number;
  connectTimeout: number;
}

/** Adds the options that say how a guest is kept in step with its standby. */
export function addGuardingOptions(command: Command): Command {
  const choice = (flags: string, text: string, names: readonly string[]) =>
    new Option(flags, text).choices(names).default(names[0]);
  return command
    .addOption(choice('--on-loss <policy>', `without the standby: ${listed(lossPolicies)}`, lossPolicyNames))
    .addOption(choice('--commit <mode>', `while the standby has not acknowledged: ${listed(commits)}`, commitNames))
    .addOption(choice('--encode <encoding>', `how pages are sent: ${listed(encodings)}`, encodingNames))
    .option(
      '--ack-timeout <time>',
      'longest that the standby may take to acknowledge, in ms',
      wholeMilliseconds(1),
      2000,
    )
    .option(
      '--connect-timeout <time>',
      'longest that connecting to the standby may take, in ms',
      wholeMilliseconds(1),
      5000,
    );
}
