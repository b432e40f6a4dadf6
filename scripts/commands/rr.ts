import { Command } from 'commander';
import type { Histogram } from 'hdr-histogram-js';
import type { Address } from '../../replication/address.js';
import { type LoadResult, runLoad } from '../../replication/client/load.js';
import { isTold, quantileIn } from '../../results/histogram.js';
import {
  addresses,
  positiveNumber,
  readSecret,
  secondsOption,
  wholeMilliseconds,
  wholeNumber,
} from '../options/values.js';
import { interruption } from '../terminal/interrupted.js';

interface RrFlags {
  connect: Address[];
  patience?: number;
  connections: number;
  rate?: number;
  duration: number;
  warmup: number;
  request: number;
  response: number;
  json?: true;
  secretFile?: string;
}

/** With one address a lost connection is an error, unless one asks for patience. */
const defaultPatienceMs = 10_000;
const quantiles = { p50: 0.5, p90: 0.9, p99: 0.99, 'p99.9': 0.999 } as const;

/** `dirtybench rr`: a request/response load on a primary, measured as its clients see it. */
export function rrCommand(): Command {
  return new Command('rr')
    .description('load a primary with requests, and measure rate and latency')
    .requiredOption('--connect <host:port,...>', 'the primary, and where its standby would take over', addresses)
    .option('--connections <number>', 'clients', wholeNumber(1), 1)
    .option('--rate <number>', 'requests per second over all clients, timed from when each was due', positiveNumber)
    .addOption(secondsOption('--duration <time>', 'how long', 5))
    .addOption(secondsOption('--warmup <time>', 'how long before that, not counted', 0.5))
    .option('--request <bytes>', 'size of a request', wholeNumber(1), 128)
    .option('--response <bytes>', 'size of a response', wholeNumber(1), 128)
    .option(
      '--patience <time>',
      'how long a client that has lost its server looks for another, in ms',
      wholeMilliseconds(0),
    )
    .option('--json', 'as JSON')
    .option('--secret-file <file>', 'the secret that both sides share')
    .action(load);
}

async function load(flags: RrFlags): Promise<void> {
  const interrupt = interruption();
  const result = await runLoad({
    addresses: flags.connect,
    patienceMs: flags.patience ?? (flags.connect.length > 1 ? defaultPatienceMs : 0),
    secret: readSecret(flags.secretFile),
    connections: flags.connections,
    rate: flags.rate ?? null,
    seconds: flags.duration,
    warmupSeconds: flags.warmup,
    requestBytes: flags.request,
    responseBytes: flags.response,
    connectTimeoutMs: 5000,
    signal: interrupt.signal,
  });
  process.stdout.write(flags.json ? `${JSON.stringify(toJson(flags, result))}\n` : format(flags, result));
  interrupt.insistUninterrupted(
    `after ${result.seconds.toFixed(1)} of ${flags.duration} s: what was counted by then is printed`,
  );
}

function toJson(flags: RrFlags, result: LoadResult) {
  const { transactions, unanswered, seconds, latency, failovers, repeated, repeatedDone, longestWaitsNs } = result;
  return {
    connections: flags.connections,
    rate: flags.rate ?? null,
    requestBytes: flags.request,
    responseBytes: flags.response,
    transactions,
    unanswered,
    seconds,
    transactionsPerSecond: transactions / seconds,
    failovers,
    repeated,
    repeatedDone,
    serviceGapNs: { p50: middle(longestWaitsNs), worst: longestWaitsNs.at(-1) ?? 0 },
    latencyNs: { ...extremesOf(latency), ...quantilesOf(latency) },
  };
}

/** In nanoseconds; null where there was no transaction: an empty histogram has others. */
export function extremesOf(latency: Histogram): Readonly<Record<'min' | 'mean' | 'max', number | null>> {
  if (latency.totalCount === 0) return { min: null, mean: null, max: null };
  return { min: latency.minNonZeroValue, mean: latency.mean, max: latency.maxValue };
}

/** Quantiles in nanoseconds by name; null where too few transactions tell one. */
function quantilesOf(latency: Histogram): Readonly<Record<string, number | null>> {
  const told = (share: number) => (isTold(share, latency.totalCount) ? quantileIn(latency, share) : null);
  return Object.fromEntries(Object.entries(quantiles).map(([name, share]) => [name, told(share)]));
}

/** The median of ascending numbers. */
function middle(ascending: readonly number[]): number {
  return ascending[Math.floor(ascending.length / 2)] ?? 0;
}

function format(flags: RrFlags, result: LoadResult): string {
  const { transactions, unanswered, seconds, latency } = result;
  const loop = flags.rate === undefined ? 'closed loop' : `open loop at ${flags.rate}/s, latency from when due`;
  const micros = (ns: number) => `${(ns / 1000).toFixed(1)} µs`;
  const latencies = Object.entries(quantilesOf(latency)).flatMap(([name, ns]) =>
    ns === null ? [] : [`${name} ${micros(ns)}`],
  );
  const left = unanswered === 0 ? '' : `, ${unanswered} not answered in time`;
  return [
    `${flags.connections} ${flags.connections === 1 ? 'connection' : 'connections'}, ${flags.request}-byte requests, ${flags.response}-byte responses, ${loop}`,
    `${transactions} transactions in ${seconds.toFixed(2)} s: ${(transactions / seconds).toFixed(2)} per second${left}`,
    ...(latency.totalCount === 0 ? [] : [`latency ${[...latencies, `max ${micros(latency.maxValue)}`].join(', ')}`]),
    ...(flags.connect.length > 1 ? [formatGap(result)] : []),
    '',
  ].join('\n');
}

/** How long clients had no answers when they waited longest: with a failover, the gap in service. */
function formatGap({ failovers, repeated, repeatedDone, longestWaitsNs }: LoadResult): string {
  const millis = (ns: number) => `${(ns / 1e6).toFixed(1)} ms`;
  const gap = `p50 ${millis(middle(longestWaitsNs))}, worst ${millis(longestWaitsNs.at(-1) ?? 0)}`;
  return `failovers ${failovers}, longest wait of each client ${gap}; repeated ${repeated} requests, done before ${repeatedDone}`;
}
