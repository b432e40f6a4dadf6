import { RecordingError } from './problem.js';
import { syscallNames, syscallNumber } from './syscalls.js';

/** What ends an epoch. */
export type EpochRule =
  | { readonly kind: 'output' }
  | { readonly kind: 'sync' }
  | { readonly kind: 'descriptor'; readonly number: number }
  | { readonly kind: 'interval'; readonly ms: number }
  | { readonly kind: 'syscalls'; readonly names: readonly string[]; readonly numbers: readonly number[] };

const forms = 'output, sync, fd:N, interval:10ms or syscall:NAME,...';
const microseconds: Readonly<Record<string, bigint>> = { us: 1n, ms: 1000n, s: 1_000_000n };
const longestMs = 3_600_000;

/** Reads what `--epoch` was given. @throws RecordingError if it is none of the forms. */
export function parseRule(text: string): EpochRule {
  if (text === 'output' || text === 'sync') return { kind: text };
  const colon = text.indexOf(':');
  const form = text.slice(0, Math.max(colon, 0));
  const value = text.slice(colon + 1);
  if (form === 'fd' && /^\d{1,9}$/.test(value)) return { kind: 'descriptor', number: Number(value) };
  if (form === 'interval') return { kind: 'interval', ms: interval(text, value) };
  if (form === 'syscall') return syscalls(value.split(','));
  throw new RecordingError(`'${text}' ends no epoch: it is one of ${forms}`);
}

/** A rule in words, to go after "an epoch". */
export function describeRule(rule: EpochRule): string {
  switch (rule.kind) {
    case 'output':
      return 'ends at each output: a write, send, sendfile, splice or tee to a socket, a pipe or a terminal';
    case 'sync':
      return 'ends at each fsync, fdatasync and msync';
    case 'descriptor':
      return `ends at each write or send to descriptor ${rule.number}`;
    case 'interval':
      return `ends every ${rule.ms} ms`;
    case 'syscalls':
      return `ends at each call of ${rule.names.join(', ')}`;
  }
}

function interval(text: string, value: string): number {
  const [, whole = '', fraction = '', unit = ''] = /^(\d+)(?:\.(\d+))?(us|ms|s)$/.exec(value) ?? [];
  // In whole numbers, because 1.001 s are 1000999.9999999999 µs in binary fractions. The clock that ends epochs knows no parts of
  // a millisecond.
  const amount = BigInt(whole + fraction) * (microseconds[unit] ?? 0n);
  const perMs = 1000n * 10n ** BigInt(fraction.length);
  const ms = Number(amount / perMs);
  if (amount % perMs === 0n && ms >= 1 && ms <= longestMs) return ms;
  throw new RecordingError(
    `'${text}' is no interval of whole milliseconds from 1 ms to an hour: write it as interval:10ms`,
  );
}

function syscalls(names: readonly string[]): EpochRule {
  const numbers = names.map((name) => {
    const number = syscallNumber(name);
    if (number !== undefined) return number;
    const near = syscallNames().filter((known) => known.includes(name.slice(0, 4)) && name.length > 1);
    const hint = near.length === 0 ? 'man 2 syscalls lists them' : `there are ${near.slice(0, 8).join(', ')}`;
    throw new RecordingError(`'${name}' is no system call of Linux on x86-64: ${hint}`);
  });
  return { kind: 'syscalls', names, numbers };
}
