import { type Command, InvalidArgumentError, Option } from 'commander';
import { Fleet } from '../../fleet/fleet.js';
import { connect, isLoopback, placeOf } from '../../fleet/redis.js';
import { UsageError } from '../../measure/problem.js';
import { readSecret } from './values.js';

/** The options of every command that takes part in a fleet, as they are read. */
export interface RedisFlags {
  redis: string;
  fleet: string;
  secretFile?: string;
}

/** Adds the options that say which fleet, and where its Redis is. */
export function addRedisOptions(command: Command): Command {
  return command
    .addOption(
      new Option(
        '--redis <url>',
        'redis://host:6379, or rediss:// with TLS; with a password as redis://:PASSWORD@host:6379',
      ).default(process.env.REDIS_URL ?? 'redis://127.0.0.1:6379', '$REDIS_URL, or redis://127.0.0.1:6379'),
    )
    .option('--fleet <name>', 'which of the fleets that use this Redis', fleetName, 'fleet')
    .option(
      '--secret-file <file>',
      'the secret that all of the fleet share; it signs what they tell each other, and is needed unless Redis is on this machine',
    );
}

/** Reads a name that is part of keys in Redis. @throws InvalidArgumentError if it cannot be. */
export function fleetName(text: string): string {
  if (/^[\w.-]{1,64}$/.test(text)) return text;
  throw new InvalidArgumentError('a name is letters, digits, dots, dashes and underscores, at most 64.');
}

/** Goes to the fleet's Redis. @throws UsageError if that cannot be reached, or there is no secret. */
export async function openFleet({ redis: url, fleet, secretFile }: RedisFlags): Promise<Fleet> {
  if (secretFile === undefined && !isLoopback(url)) {
    throw new UsageError(
      `--secret-file is missing: others can reach Redis at ${placeOf(url)}, and only what a shared secret signs is measured; ` +
        'make one with: head -c 32 /dev/urandom | base64 > fleet.secret',
    );
  }
  const secret = readSecret(secretFile);
  const redis = await connect(url, { away: say, back: say });
  return new Fleet(fleet, secret, redis);
}

const said = new Set<string>();

/** Prints a warning the first time only: what is read again and again would repeat it. */
export function sayOnce(text: string): void {
  if (!said.has(text)) say(text);
  said.add(text);
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}
