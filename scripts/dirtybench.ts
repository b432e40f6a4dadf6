#!/usr/bin/env node
import { Command, CommanderError } from 'commander';
import { UsageError } from '../measure/problem.js';
import { WrongSetError } from '../measure/verification.js';
import { ReplicationError } from '../replication/error.js';
import { AnalysisError } from '../reports/analysis/distribution.js';
import { ReportError } from '../reports/folder.js';
import { ResultsError } from '../results/file.js';
import { TrackerError } from '../trackers/tracker.js';
import { WorkloadError } from '../workloads/workload.js';
import { digestCommand } from './digest.js';
import { listCommand } from './list.js';
import { measureCommand } from './measure.js';
import { primaryCommand } from './primary.js';
import { probeCommand } from './probe.js';
import { reportCommand } from './report.js';
import { rrCommand } from './rr.js';
import { InterruptedError } from './session.js';
import { standbyCommand } from './standby.js';
import { version } from './version.js';

/** Errors that are the user's to mend: their message says all, in a line. */
const usage = [AnalysisError, ReplicationError, ReportError, ResultsError, TrackerError, UsageError, WorkloadError];

/** What went wrong, as an exit code: 2 for what was asked, 130 for Ctrl-C, 1 for all else. */
function exitCode(error: unknown): number {
  if (usage.some((kind) => error instanceof kind)) return 2;
  if (error instanceof InterruptedError) return 130;
  return 1;
}

const commands = [
  measureCommand,
  reportCommand,
  listCommand,
  probeCommand,
  standbyCommand,
  primaryCommand,
  rrCommand,
  digestCommand,
];

function program(): Command {
  const root = new Command('dirtybench')
    .description('What it costs to find the pages a guest has written.')
    .version(version)
    .exitOverride()
    .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, 'dirtybench: ')) })
    .showSuggestionAfterError();
  for (const command of commands) root.addCommand(command().copyInheritedSettings(root));
  return root;
}

async function main(): Promise<number> {
  try {
    await program().parseAsync();
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    const expected = exitCode(error) !== 1 || error instanceof WrongSetError;
    process.stderr.write(`dirtybench: ${expected && error instanceof Error ? error.message : inspect(error)}\n`);
    return exitCode(error);
  }
}

/** A fault of dirtybench itself: all that is known of it. */
function inspect(error: unknown): string {
  return `this is a fault of dirtybench, please report it: ${error instanceof Error ? error.stack : String(error)}`;
}

process.exitCode = await main();
