import { Command } from 'commander';
import { readEnvironment } from '../measure/environment.js';
import type { Environment } from '../results/schema.js';
import { formatSize } from '../results/size.js';

/** What each fact about the machine is called. */
const labels: Record<keyof Environment, string> = {
  cpu: 'CPU',
  cores: 'cores',
  l1dBytes: 'L1 data cache',
  l2Bytes: 'L2 cache',
  l3Bytes: 'L3 cache',
  memoryBytes: 'memory',
  kernel: 'kernel',
  arch: 'architecture',
  hypervisor: 'runs on',
  governor: 'frequency governor',
  transparentHugePages: 'transparent huge pages',
  node: 'Node',
  v8: 'V8',
};

/** `dirtybench probe`: this machine. */
export function probeCommand(): Command {
  return new Command('probe')
    .description('this machine: what could explain a figure')
    .option('--json', 'as JSON')
    .action(({ json }: { json?: true }) => {
      const environment = readEnvironment();
      process.stdout.write(json ? `${JSON.stringify(environment, null, 2)}\n` : format(environment));
    });
}

function format(environment: Environment): string {
  const width = Math.max(...Object.values(labels).map((label) => label.length));
  return Object.entries(labels)
    .map(([key, label]) => `${label.padEnd(width)}  ${value(key as keyof Environment, environment)}\n`)
    .join('');
}

function value(key: keyof Environment, environment: Environment): string {
  const given = environment[key];
  if (given === null) return 'not told';
  return key.endsWith('Bytes') ? sizeText(Number(given)) : String(given);
}

function sizeText(bytes: number): string {
  const exact = formatSize(bytes);
  return /[KMGT]$/.test(exact) ? `${exact}iB` : `${(bytes / 2 ** 30).toFixed(1)} GiB`;
}
