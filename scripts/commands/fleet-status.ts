import { Command } from 'commander';
import type { Doing, FleetStatus } from '../../fleet/status.js';
import { statusOf } from '../../fleet/status.js';
import { addRedisOptions, openFleet, type RedisFlags } from '../options/redis.js';

/** `dirtybench fleet status`: the hosts of a fleet, and what they measure. */
export function statusCommand(): Command {
  return addRedisOptions(new Command('status'))
    .description('the hosts of a fleet, and what they measure')
    .option('--json', 'as JSON')
    .action(async (flags: RedisFlags & { json?: true }) => {
      const fleet = await openFleet(flags);
      try {
        const status = await statusOf(fleet, (text) => process.stderr.write(`${text}\n`));
        process.stdout.write(flags.json ? `${JSON.stringify(status, null, 2)}\n` : textOf(status));
      } finally {
        fleet.redis.disconnect();
      }
    });
}

const words: Record<Doing, string> = { measures: 'measures', waits: 'waits', away: 'not heard of lately' };

function textOf({ fleet, run, waiting, taken, hosts }: FleetStatus): string {
  const measured =
    run === null
      ? `fleet '${fleet}' measures nothing\n`
      : `fleet '${fleet}' measures '${run.sweep}' (--hosts ${run.hosts}) since ${run.startedAt}: ${run.done} of ${run.rounds} rounds done, ` +
        `${taken} being measured, ${waiting} wait\n` +
        `coordinator: process ${run.coordinator.pid} on ${run.coordinator.host}, heard of at ${run.saidAt}\n`;
  const width = Math.max(0, ...hosts.map(({ name }) => name.length));
  const lines = hosts.map(({ name, doing, environment, version, labels }) => {
    const { cpu, cores, kernel, node } = environment;
    const facts = [`${cpu}, ${cores} cores`, `kernel ${kernel}`, `Node ${node}`, `dirtybench ${version}`];
    return `${name.padEnd(width)}  ${words[doing]}; ${[...facts, ...labels.map((one) => `${one.name}=${one.value}`)].join(', ')}\n`;
  });
  return measured + (lines.length === 0 ? 'no hosts: start some with dirtybench worker\n' : lines.join(''));
}
