import type { Synchronisation } from '../analysis/analysis.js';
import type { MigrationCell, MigrationsAnalysis } from '../analysis/migrations.js';
import { formatMemory } from '../units.js';
import type { RunChart } from './chart.js';
import { type Stacked, stackChart } from './stack.js';
import { partColours } from './stages.js';

/** The parts of the time that a moved guest stood still. */
export const downtime: RunChart<Synchronisation> = {
  alt: 'How long a guest stood still while it was moved: the parts stacked, a bar for each tracker and memory size',
  howToRead:
    'A bar is a downtime from left to right, from the guest’s stop at the source to its service at the target. Red is ' +
    'detection, the part that the schemes differ in; the blues are what was left of memory, copied and sent; yellow is the ' +
    'start at the target, grey the redirection of the clients’ connections to it. The stroke below a bar is the median of the whole downtime ' +
    'with its interval over rounds: where two of them overlap, the trackers cannot be told apart. The medians of the parts need not add up to it.',
  of: 'the run',
  draw({ migrations }) {
    if (migrations === null || migrations.cells.length === 0) return null;
    return stackChart({
      title: 'Downtime of a guest that is moved under load',
      subtitle: [
        describeMigrations(migrations),
        'medians of the parts; below each bar the whole downtime with its interval; shorter is better',
      ],
      axis: 'downtime',
      colours: partColours,
      bars: migrations.cells.toSorted((a, b) => a.memoryBytes - b.memoryBytes).map(barOf),
    });
  },
};

/** What was measured, in a line for a chart. */
function describeMigrations({ run }: MigrationsAnalysis): string {
  const guest = run.guest === 'kvm' ? 'guests on KVM' : 'SIMULATED guests';
  const connections = run.connections === 1 ? 'one connection' : `${run.connections} connections`;
  return `${guest}, ${run.workload}, ${run.pagesPerTransaction} pages per transaction, ${connections}`;
}

function barOf({ mode, memoryBytes, downtime: total, parts }: MigrationCell): Stacked {
  return {
    group: formatMemory(memoryBytes),
    name: mode,
    total,
    parts: parts.map(({ part, medianNs: ns }) => ({ part, ns })),
  };
}
