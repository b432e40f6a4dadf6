import { Command } from 'commander';
import type { Address } from '../replication/address.js';
import { type LoadResult, runLoad } from '../replication/load.js';
import { hostAndPort, positiveNumber, readSecret, wholeNumber } from './values.js';

interface RrFlags {
  connect: Address;
  connections: number;
  rate?: number;
  duration: number;
  warmup: number;
  request: number;
  response: number;
  json?: true;
  secretFile?: string;
}

const percentiles = { p50: 50, p90: 90, p99: 99, 'p99.9': 99.9 } as const;

/** `dirtybench rr`: a request/response load on a primary, measured as its clients see it. */
export function rrCommand(): Command {
  return new Command('rr')
    .description('load a primary with requests, and measure rate and latency')
    .requiredOption('--connect <host:port>', 'the primary', hostAndPort)
    .option('--connections <number>', 'clients', wholeNumber(1), 1)
    .option('--rate <number>', 'requests a second over all clients, timed from when each was due', positiveNumber)
    .option('--duration <seconds>', 'how long', positiveNumber, 5)
    .option('--warmup <seconds>', 'how long before that, not counted', positiveNumber, 0.5)
    .option('--request <bytes>', 'size of a request', wholeNumber(1), 128)
    .option('--response <bytes>', 'size of a response', wholeNumber(1), 128)
    .option('--json', 'as JSON')
    .option('--secret-file <file>', 'the secret that both sides share')
    .action(async (flags: RrFlags) => {
      const result = await runLoad({
        address: flags.connect,
        secret: readSecret(flags.secretFile),
        connections: flags.connections,
        rate: flags.rate ?? null,
        seconds: flags.duration,
        warmupSeconds: flags.warmup,
        requestBytes: flags.request,
        responseBytes: flags.response,
        connectTimeoutMs: 5000,
      });
      process.stdout.write(flags.json ? `${JSON.stringify(toJson(flags, result))}\n` : format(flags, result));
    });
}

function toJson(flags: RrFlags, { transactions, unanswered, seconds, latency }: LoadResult) {
  return {
    connections: flags.connections,
    rate: flags.rate ?? null,
    requestBytes: flags.request,
    responseBytes: flags.response,
    transactions,
    unanswered,
    seconds,
    transactionsPerSecond: transactions / seconds,
    latencyNs: {
      min: latency.minNonZeroValue,
      mean: latency.mean,
      max: latency.maxValue,
      ...Object.fromEntries(Object.entries(percentiles).map(([name, p]) => [name, latency.getValueAtPercentile(p)])),
    },
  };
}

function format(flags: RrFlags, { transactions, unanswered, seconds, latency }: LoadResult): string {
  const loop = flags.rate === undefined ? 'closed loop' : `open loop at ${flags.rate}/s, latency from when due`;
  const micros = (ns: number) => `${(ns / 1000).toFixed(1)} us`;
  const latencies = Object.entries(percentiles).map(
    ([name, p]) => `${name} ${micros(latency.getValueAtPercentile(p))}`,
  );
  const left = unanswered === 0 ? '' : `, ${unanswered} not answered in time`;
  return [
    `${flags.connections} connections, ${flags.request} bytes to ${flags.response}, ${loop}`,
    `${transactions} transactions in ${seconds.toFixed(2)} s: ${(transactions / seconds).toFixed(2)} a second${left}`,
    `latency ${latencies.join(', ')}, max ${micros(latency.maxValue)}`,
    '',
  ].join('\n');
}
