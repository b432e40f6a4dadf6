#!/usr/bin/env node
import { Command, CommanderError } from 'commander';
import { version } from './version.js';

/**
 * Errors that are the user's to mend: their message says all, in a line. They are known by name, so that what throws them
 * is only loaded where it is used.
 */
const usage = new Set([
  'AnalysisError',
  'KernelError',
  'RecordingError',
  'ReplicationError',
  'ReportError',
  'ResultsError',
  'TrackerError',
  'UsageError',
  'WorkloadError',
]);

/** What dirtybench is there to find: its message says all, in a line, and what it was told to test has failed. */
const findings = new Set(['BrokenPromiseError', 'FailedTrialError', 'WrongSetError']);

/** What went wrong, as an exit code: 2 for what was asked, 3 for a run with points missing, 130 for Ctrl-C, else 1. */
function exitCode(error: unknown): number {
  if (error instanceof Error && usage.has(error.name)) return 2;
  if (error instanceof Error && error.name === 'InterruptedError') return 130;
  if (error instanceof Error && error.name === 'IncompleteError') return 3;
  return 1;
}

/** Every command; what it needs is loaded when it is asked for, because some need much. */
const commands: Record<string, () => Promise<Command>> = {
  measure: async () => (await import('./measure.js')).measureCommand(),
  report: async () => (await import('./report.js')).reportCommand(),
  list: async () => (await import('./list.js')).listCommand(),
  probe: async () => (await import('./probe.js')).probeCommand(),
  soak: async () => (await import('./soak.js')).soakCommand(),
  standby: async () => (await import('./standby.js')).standbyCommand(),
  primary: async () => (await import('./primary.js')).primaryCommand(),
  rr: async () => (await import('./rr.js')).rrCommand(),
  digest: async () => (await import('./digest.js')).digestCommand(),
  migrate: async () => (await import('./migrate.js')).migrateCommand(),
  downtime: async () => (await import('./downtime.js')).downtimeCommand(),
  record: async () => (await import('./record.js')).recordCommand(),
  table1: async () => (await import('./table1.js')).table1Command(),
};

/** The command that the command line begins with, none for the version; all of them if it begins with none, for the help and suggestions. */
function loadCommands(): Promise<Command[]> {
  const [, , first = ''] = process.argv;
  if (first === '--version' || first === '-V') return Promise.resolve([]);
  const asked = Object.hasOwn(commands, first) ? [commands[first]] : Object.values(commands);
  return Promise.all(asked.flatMap((load) => load?.() ?? []));
}

async function program(): Promise<Command> {
  const root = new Command('dirtybench')
    .description('What it costs to find the pages a guest has written.')
    .version(version)
    .exitOverride()
    .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, 'dirtybench: ')) })
    .showSuggestionAfterError();
  for (const command of await loadCommands()) root.addCommand(command.copyInheritedSettings(root));
  return root;
}

async function main(): Promise<number> {
  try {
    await (await program()).parseAsync();
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    const expected = exitCode(error) !== 1 || (error instanceof Error && findings.has(error.name));
    process.stderr.write(`dirtybench: ${expected && error instanceof Error ? error.message : inspect(error)}\n`);
    return exitCode(error);
  }
}

/** A fault of dirtybench itself: all that is known of it. */
function inspect(error: unknown): string {
  return `this is a fault of dirtybench, please report it: ${error instanceof Error ? error.stack : String(error)}`;
}

// Whoever reads our output may stop reading, as `head` does: that is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

process.exitCode = await main();
