import type { Host } from '../results/schema.js';
import { type Fleet, roundsQueue } from './fleet.js';
import type { Run } from './message.js';
import { readNotice } from './notice.js';
import { readRoster } from './roster.js';

/** What a host does now. */
export type Doing = 'measures' | 'waits' | 'away';

/** What goes on in a fleet. */
export interface FleetStatus {
  readonly fleet: string;
  readonly run: Run | null;
  /** Rounds that wait in queues, and that hosts have taken. */
  readonly waiting: number;
  readonly taken: number;
  readonly hosts: readonly (Pick<Host, 'name' | 'labels' | 'environment' | 'version'> & { readonly doing: Doing })[];
}

/** Looks at the fleet. @throws ForgedError if it has another secret. */
export async function statusOf(fleet: Fleet, refused: (text: string) => void): Promise<FleetStatus> {
  const { run } = await readNotice(fleet);
  const roster = await readRoster(fleet, refused);
  const counts = await Promise.all((run === null ? [] : queuesOf(run)).map((name) => countsOf(fleet, name)));
  return {
    fleet: fleet.name,
    run,
    waiting: counts.reduce((sum, { waiting }) => sum + waiting, 0),
    taken: counts.reduce((sum, { taken }) => sum + taken, 0),
    hosts: roster.map(({ offer, alive, run: measured }) => {
      const { name, labels, environment, version } = offer.host;
      const doing: Doing = !alive ? 'away' : measured === null ? 'waits' : 'measures';
      return { name, labels, environment, version, doing };
    }),
  };
}

/** The queues that a run's rounds are in. */
export function queuesOf({ run, hosts, names }: Run): string[] {
  return hosts === 'split' ? [roundsQueue(run, null)] : (names ?? []).map((name) => roundsQueue(run, name));
}

async function countsOf(fleet: Fleet, name: string): Promise<{ waiting: number; taken: number }> {
  const queue = fleet.reader(name);
  const { waiting = 0, delayed = 0, active = 0 } = await queue.getJobCounts('waiting', 'delayed', 'active');
  await queue.close();
  return { waiting: waiting + delayed, taken: active };
}
