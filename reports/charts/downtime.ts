import type { DowntimePart } from '../../results/migrations.js';
import type { Synchronisation } from '../analysis/analysis.js';
import type { MigrationCell, MigrationsAnalysis } from '../analysis/migrations.js';
import { formatMemory } from '../units.js';
import type { RunChart } from './chart.js';
import { type Stacked, stackChart } from './stack.js';

export const downtime: RunChart<Synchronisation> = {
  alt: 'How long a guest stood still while it was moved: the parts stacked, a bar for each tracker and memory size',
  howToRead:
    'A bar is a downtime from left to right, from the guest’s stop at the source to its service at the target. Red is ' +
    'detection, the part that the schemes differ in; the blues are what was left of memory, copied and sent; yellow is the ' +
    'start at the target, grey the way of the clients’ connections there.',
  needs: 'migrations measured',
  of: 'the run',
  draw({ migrations }) {
    if (migrations === null || migrations.cells.length === 0) return null;
    return stackChart({
      title: 'Downtime of a guest that is moved under load',
      subtitle: [describeMigrations(migrations), 'medians; shorter is better'],
      axis: 'downtime',
      colours,
      bars: migrations.cells.toSorted((a, b) => a.memoryBytes - b.memoryBytes).map(barOf),
    });
  },
};

/** In the order they are stacked. */
const colours: Record<DowntimePart, string> = {
  detection: '#c8321f',
  copy: '#08306b',
  transfer: '#2f74b5',
  resume: '#e8b94a',
  redirect: '#8b949e',
};

/** What was measured, in a line for a chart. */
function describeMigrations({ run }: MigrationsAnalysis): string {
  const guest = run.guest === 'kvm' ? 'guests on KVM' : 'SIMULATED guests';
  const connections = run.connections === 1 ? 'one connection' : `${run.connections} connections`;
  return `${guest}, ${run.workload}, ${run.pagesPerTransaction} pages a transaction, ${connections}`;
}

function barOf({ mode, memoryBytes, downtime: { medianNs }, parts }: MigrationCell): Stacked {
  return {
    group: formatMemory(memoryBytes),
    name: mode,
    totalNs: medianNs,
    parts: parts.map(({ part, medianNs: ns }) => ({ part, ns })),
  };
}
