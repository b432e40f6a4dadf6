import { readFileSync } from 'node:fs';
import { InvalidArgumentError, Option } from 'commander';
import { formatSize, parseSize } from '../../base/size.js';
import { type Address, parseAddress } from '../../replication/address.js';
import { ReplicationError } from '../../replication/error.js';
import { longestWaitMs } from '../../replication/wire/receiver.js';
import { parseRange, rangeFault } from '../../results/range.js';

/** Reads the value of a flag that is a whole number, in digits. @throws InvalidArgumentError if it is not, or below `least`. */
export function wholeNumber(least: number): (text: string) => number {
  return (text) => {
    const value = /^\d+$/.test(text.trim()) ? Number(text) : Number.NaN;
    if (Number.isSafeInteger(value) && value >= least) return value;
    throw new InvalidArgumentError(`it must be a whole number, at least ${least}.`);
  };
}

/** Reads the value of a flag that is whole numbers, separated by commas, each taken once. @throws InvalidArgumentError if one is not. */
export function wholeNumbers(least: number): (text: string) => number[] {
  return (text) => [...new Set(text.split(',').map(wholeNumber(least)))];
}

/** Reads the value of a flag that is a number above zero. @throws InvalidArgumentError if it is not. */
export function positiveNumber(text: string): number {
  const value = Number(text);
  if (Number.isFinite(value) && value > 0) return value;
  throw new InvalidArgumentError('it must be a number above 0.');
}

/** How many seconds each unit of time has. */
const secondsOf = { ms: 0.001, s: 1, m: 60, min: 60, h: 3600 } as const;

/** The longest time that Node's timers take, in seconds. */
const longestSeconds = 2 ** 31 / 1000;

/** Reads the value of a flag that is a time, in seconds if it names no unit. @throws InvalidArgumentError if it is not one. */
export function seconds(text: string): number {
  return timeIn(text, 's');
}

/** Reads the value of a flag that is a time, in milliseconds if it names no unit. @throws InvalidArgumentError if it is not one. */
export function milliseconds(text: string): number {
  return timeIn(text, 'ms');
}

/** Reads a time of whole milliseconds, in milliseconds if it names no unit. @throws InvalidArgumentError if it is not one. */
export function wholeMilliseconds(least: number): (text: string) => number {
  // 0.043 s are 42.99999999999999 ms for a computer.
  return (text) => wholeNumber(least)(String(Number(timeIn(text, 'ms', 0).toPrecision(12))));
}

function timeIn(text: string, unit: keyof typeof secondsOf, least = Number.MIN_VALUE): number {
  const [, number = '', given = unit] = /^([\d.]+)(ms|s|m|min|h)?$/.exec(text.trim()) ?? [];
  const value = Number(number === '' ? Number.NaN : number);
  const known = Object.entries(secondsOf).find(([name]) => name === given);
  const isTime = known !== undefined && value >= least && value * known[1] < longestSeconds;
  if (!isTime) {
    throw new InvalidArgumentError(
      `write a time as 500ms, 5s or 2m${least > 0 ? ', above 0' : ''}, and below 24 days.`,
    );
  }
  return given === unit ? value : (value * known[1]) / secondsOf[unit];
}

/** An option that is a time in seconds if it names no unit, its default shown as people write it. */
export function secondsOption(flags: string, text: string, value: number): Option {
  return new Option(flags, text).argParser(seconds).default(value, writtenTime(value * 1000));
}

/** An option for a time in whole milliseconds, at least `least`. */
export function millisecondsOption(flags: string, text: string, least: number, value: number): Option {
  return new Option(flags, text).argParser(wholeMilliseconds(least)).default(value, writtenTime(value));
}

/** How long a guest that is moved may stand still: in milliseconds if it names no unit, and there may be parts of one. */
export function downtimeOption(ms: number): Option {
  return new Option('--downtime <time>', 'longest that the guest should stand still, in ms')
    .argParser(milliseconds)
    .default(ms, writtenTime(ms));
}

/** `400ms`, `5s`, `2m`. */
function writtenTime(ms: number): string {
  if (ms % 60_000 === 0) return `${ms / 60_000}m`;
  return ms % 1000 === 0 ? `${ms / 1000}s` : `${ms}ms`;
}

const mostPollUs = longestWaitMs * 1000;

/** Reads how long a wait may poll, in microseconds. @throws InvalidArgumentError if it is no whole number, or too long. */
export function pollMicroseconds(text: string): number {
  const us = wholeNumber(0)(text);
  if (us <= mostPollUs) return us;
  throw new InvalidArgumentError(`it may be at most ${mostPollUs}: a process that polls does nothing else.`);
}

/** Reads the value of a flag that is a port. @throws InvalidArgumentError if it is not. */
export function portNumber(text: string): number {
  const port = wholeNumber(0)(text);
  if (port <= 65_535) return port;
  throw new InvalidArgumentError('a port is at most 65535; 0 takes any that is free.');
}

/** Reads the value of a flag that is a size in bytes. @throws InvalidArgumentError if it is not. */
function sizeInBytes(text: string): number {
  const bytes = parseSize(text);
  if (bytes !== null && bytes > 0) return bytes;
  throw new InvalidArgumentError('write a size as 512M or 4G.');
}

/** An option that is a size in bytes, its default shown as people write it. */
export function sizeOption(flags: string, text: string, bytes: number): Option {
  return new Option(flags, text).argParser(sizeInBytes).default(bytes, formatSize(bytes));
}

/** Reads the value of a flag that is a list of such sizes, separated by commas; `512M-4G` is 512M, 1G, 2G and 4G. @throws InvalidArgumentError if it is not. */
export function sizesInBytes(text: string): number[] {
  const sizes = text.split(',').flatMap((size) => {
    const range = parseRange(size, parseSize);
    if (range?.length === 0) throw new InvalidArgumentError(`${rangeFault(size)}.`);
    return range ?? sizeInBytes(size);
  });
  return [...new Set(sizes)];
}

/** Reads the value of a flag that is HOST:PORT. @throws InvalidArgumentError if it is not. */
export function hostAndPort(text: string): Address {
  try {
    return parseAddress(text);
  } catch (error) {
    if (error instanceof ReplicationError) throw new InvalidArgumentError(`${error.message}.`);
    throw error;
  }
}

/** Reads the value of a flag that is one or more HOST:PORT, separated by commas. @throws InvalidArgumentError if one is not. */
export function addresses(text: string): Address[] {
  return text.split(',').map(hostAndPort);
}

/** The secret in a file, without white space around it; none without a file. @throws ReplicationError if there is none. */
export function readSecret(path: string | undefined): string {
  if (path === undefined) return '';
  let secret: string;
  try {
    secret = readFileSync(path, 'utf8').trim();
  } catch (error) {
    throw new ReplicationError(`--secret-file: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (secret === '') throw new ReplicationError(`--secret-file ${path} is empty: write a secret into it`);
  return secret;
}

/**
 * Reads the value of a flag that is a list of names, separated by commas, or `all`.
 * @throws InvalidArgumentError if one is unknown.
 */
export function namesFrom<T extends string>(known: readonly T[]): (text: string) => T[] {
  return (text) => {
    const names = text.split(',').flatMap((part) => {
      if (part.trim() === 'all') return known;
      const found = known.find((name) => name === part.trim());
      if (found === undefined) throw new InvalidArgumentError(`'${part.trim()}' is none of ${known.join(', ')}.`);
      return found;
    });
    return [...new Set(names)];
  };
}
