import type { Command } from 'commander';

/** A command as the list of commands shows it. */
interface Entry {
  readonly group: string;
  /** A line. */
  readonly summary: string;
  /** Command lines that do something useful as they stand, in this order if they need each other. */
  readonly examples: readonly string[];
  /** Loads all that the command needs, which for some is much. */
  load(): Promise<Command>;
}

const detection = 'Measure detection:';
const fleet = 'Measure on many hosts (docs/fleet.md):';
const synchronisation = 'Measure synchronisation:';
const parts = 'Run its parts:';

/** Every command there is. */
export const commands = {
  measure: {
    group: detection,
    summary: 'measure what detection costs; repeat the command to resume',
    examples: [
      'dirtybench measure --profile quick',
      'dirtybench measure --tracker flag-scan,flag-queue --memory 512M-4G --pages 64 --out mine.jsonl',
    ],
    load: async () => (await import('./commands/measure.js')).measureCommand(),
  },
  report: {
    group: detection,
    summary: 'write a report with charts, from results or measured now',
    examples: ['dirtybench report --profile quick --out quick', 'dirtybench report --from mine.jsonl'],
    load: async () => (await import('./commands/report.js')).reportCommand(),
  },
  advise: {
    group: detection,
    summary: 'say which scheme a guest of yours should have',
    examples: [
      'dirtybench advise --memory 64G --pages 2000 --io-frequency 500',
      'dirtybench advise --memory 4G --dirty-rate 100000 --io-frequency 100 --budget 5%',
    ],
    load: async () => (await import('./commands/advise.js')).adviseCommand(),
  },
  compare: {
    group: detection,
    summary: 'tell which points are faster, slower or the same as before',
    examples: [
      'dirtybench compare base.jsonl new.jsonl',
      'dirtybench compare base.jsonl new.jsonl --format markdown --fail-on slower',
    ],
    load: async () => (await import('./commands/compare.js')).compareCommand(),
  },
  export: {
    group: detection,
    summary: 'write results as CSV, JSON Lines or OpenMetrics',
    examples: ['dirtybench export mine.jsonl --out mine.csv', 'dirtybench export mine.jsonl --format jsonl --rounds'],
    load: async () => (await import('./commands/export.js')).exportCommand(),
  },
  record: {
    group: detection,
    summary: 'record which pages a program of yours writes',
    examples: ['dirtybench record --out mine.trace.gz -- seq 100000'],
    load: async () => (await import('./commands/record.js')).recordCommand(),
  },
  import: {
    group: detection,
    summary: 'make a trace of what another recorder wrote',
    examples: ['dirtybench import --from csv pages.csv --out pages.trace.gz'],
    load: async () => (await import('./commands/import.js')).importCommand(),
  },
  list: {
    group: detection,
    summary: 'list trackers, workloads, guests and profiles',
    examples: ['dirtybench list'],
    load: async () => (await import('./commands/list.js')).listCommand(),
  },
  probe: {
    group: detection,
    summary: 'describe this machine, and say which trackers work on it',
    examples: ['dirtybench probe'],
    load: async () => (await import('./commands/probe.js')).probeCommand(),
  },
  lane: {
    group: detection,
    summary: 'run rounds for the `measure --against` of another build',
    examples: ['dirtybench lane'],
    load: async () => (await import('./commands/lane.js')).laneCommand(),
  },
  worker: {
    group: fleet,
    summary: 'offer this machine to a fleet, and measure what it is given',
    examples: ['dirtybench worker --redis redis://127.0.0.1:6379'],
    load: async () => (await import('./commands/worker.js')).workerCommand(),
  },
  fleet: {
    group: fleet,
    summary: 'measure one sweep on many hosts: measure, status, cancel',
    examples: [
      'dirtybench fleet status',
      'dirtybench fleet measure --profile quick --hosts each --out fleet.jsonl',
      'dirtybench fleet cancel',
    ],
    load: async () => (await import('./commands/fleet.js')).fleetCommand(),
  },
  table1: {
    group: synchronisation,
    summary: "measure the paper's Table 1 end to end",
    examples: ['dirtybench table1 --memory 512M --tracker none,kvm-ring --rounds 1'],
    load: async () => (await import('./commands/table1.js')).table1Command(),
  },
  downtime: {
    group: synchronisation,
    summary: 'measure the downtime of guests that are migrated under load',
    examples: ['dirtybench downtime --memory 512M --tracker kvm-ring --rounds 1'],
    load: async () => (await import('./commands/downtime.js')).downtimeCommand(),
  },
  soak: {
    group: synchronisation,
    summary: 'run trackers and failover for long, with everything checked',
    examples: ['dirtybench soak --part trackers --epochs 10000'],
    load: async () => (await import('./commands/soak.js')).soakCommand(),
  },
  standby: {
    group: parts,
    summary: 'replicate the guest of a primary, and take over if it fails',
    examples: ['dirtybench standby --port 7001 --serve-port 7002', 'dirtybench standby --port 7011 --serve-port 7012'],
    load: async () => (await import('./commands/standby.js')).standbyCommand(),
  },
  primary: {
    group: parts,
    summary: 'serve requests with a guest, in step with a standby',
    examples: [
      'dirtybench primary --tracker kvm-ring --port 7000 --standby 127.0.0.1:7001',
      'dirtybench primary --tracker kvm-ring --port 7010 --standby none',
    ],
    load: async () => (await import('./commands/primary.js')).primaryCommand(),
  },
  rr: {
    group: parts,
    summary: 'send requests to a primary, and measure rate and latency',
    examples: ['dirtybench rr --connect 127.0.0.1:7000,127.0.0.1:7002 --duration 5s'],
    load: async () => (await import('./commands/rr.js')).rrCommand(),
  },
  digest: {
    group: parts,
    summary: 'tell whether primary and standby hold the same guest',
    examples: ['dirtybench digest --connect 127.0.0.1:7000'],
    load: async () => (await import('./commands/digest.js')).digestCommand(),
  },
  migrate: {
    group: parts,
    summary: 'move a running guest to another process',
    examples: ['dirtybench migrate --from 127.0.0.1:7010 --to 127.0.0.1:7011'],
    load: async () => (await import('./commands/migrate.js')).migrateCommand(),
  },
} as const satisfies Record<string, Entry>;

/** The name of a command. */
export type CommandName = keyof typeof commands;

/** Every command's name. */
export const commandNames = Object.keys(commands) as CommandName[];

/** Whether a word is the name of a command. */
export function isCommandName(word: string): word is CommandName {
  return Object.hasOwn(commands, word);
}

/** What the help of a command ends with, or of a part of it, as `fleet status`. */
export function examplesText(name: CommandName, part = ''): string {
  const all: readonly string[] = commands[name].examples;
  const lines = all.filter((line) => line.startsWith(`dirtybench ${name} ${part}`.trimEnd()));
  return ['', 'Examples:', ...lines.map((line) => `  $ ${line}`)].join('\n');
}
