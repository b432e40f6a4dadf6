import { Option } from 'commander';
import { modeNames, modes } from '../replication/guest/modes.js';
import { commitNames, commits } from '../replication/primary/commit.js';
import { lossPolicies, lossPolicyNames } from '../replication/primary/loss.js';
import { encodingNames, encodings } from '../replication/wire/encoding.js';
import { wholeNumber } from './values.js';

/** The options that a primary and a standby that takes over have in common: how a guest is tracked and kept. */

const listed = (entries: Readonly<Record<string, { readonly summary: string }>>) =>
  Object.entries(entries)
    .map(([name, { summary }]) => `${name} (${summary})`)
    .join('; ');

export function modeOption(): Option {
  return new Option('--mode <mode>', listed(modes)).choices(modeNames);
}

export function commitOption(): Option {
  const text = `while the standby has not acknowledged: ${listed(commits)}`;
  return new Option('--commit <mode>', text).choices(commitNames).default('stop');
}

export function encodeOption(): Option {
  return new Option('--encode <encoding>', `how pages are sent: ${listed(encodings)}`)
    .choices(encodingNames)
    .default('raw');
}

export function lossOption(): Option {
  return new Option('--on-loss <policy>', `without the standby: ${listed(lossPolicies)}`)
    .choices(lossPolicyNames)
    .default('stop');
}

export function ackTimeoutOption(): Option {
  return new Option('--ack-timeout <ms>', 'longest that the standby may take to acknowledge')
    .argParser(wholeNumber(1))
    .default(2000);
}

export function connectTimeoutOption(): Option {
  return new Option('--connect-timeout <ms>', 'longest that connecting to the standby may take')
    .argParser(wholeNumber(1))
    .default(5000);
}
