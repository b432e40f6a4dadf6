import { Command } from 'commander';
import { pageBytes } from '../../base/size.js';
import { guests } from '../../guests/registry.js';
import { backings } from '../../kernel/backing.js';
import { profiles } from '../../measure/profiles.js';
import { toText } from '../../reports/markdown/table.js';
import { trackers } from '../../trackers/registry.js';
import { listWorkloads } from '../../workloads/registry.js';

/** One line of the list. */
interface Entry {
  name: string;
  summary: string;
}

interface TrackerEntry extends Entry {
  guest: string;
  usedBy: string;
  /** Bytes that the tracker allocates for a guest of 1 TiB. */
  bytesAt1TiB: number;
}

const pagesOf1TiB = 2 ** 40 / pageBytes;

/** `dirtybench list`: everything that a sweep can name. */
export function listCommand(): Command {
  return new Command('list')
    .description('trackers, workloads, guests and profiles, each with a line')
    .option('--json', 'as JSON')
    .action(({ json }: { json?: true }) => {
      const lists = {
        trackers: listTrackers(),
        workloads: listWorkloads(),
        guests: Object.entries(guests).map(([name, { summary }]) => ({ name, summary })),
        backings: Object.entries(backings).map(([name, { summary }]) => ({ name, summary })),
        profiles: Object.entries(profiles).map(([name, { summary }]) => ({ name, summary })),
      };
      process.stdout.write(json ? `${JSON.stringify(lists, null, 2)}\n` : format(lists));
    });
}

function listTrackers(): TrackerEntry[] {
  return Object.entries(trackers).map(([name, kind]) => ({
    name,
    summary: kind.summary,
    guest: kind.guest,
    usedBy: kind.usedBy,
    bytesAt1TiB: kind.bytes(pagesOf1TiB, { ringEntries: null }),
  }));
}

function format(lists: {
  trackers: TrackerEntry[];
  workloads: Entry[];
  guests: Entry[];
  backings: Entry[];
  profiles: Entry[];
}): string {
  return [
    trackerTable(lists.trackers),
    section('Workloads', lists.workloads),
    section('Guests', lists.guests),
    section('Backings', lists.backings),
    section('Profiles', lists.profiles),
  ].join('\n');
}

/** Trackers by the guests that they work on, each with what it allocates. */
function trackerTable(entries: readonly TrackerEntry[]): string {
  const table = toText({
    of: 'words',
    header: ['tracker', 'guest', 'state for a 1 TiB guest', 'used by', 'what it is'],
    rows: entries.map(({ name, guest, bytesAt1TiB, usedBy, summary }) => [
      name,
      guest,
      mebibytes(bytesAt1TiB),
      usedBy,
      summary,
    ]),
  });
  return `Trackers\n${table.replaceAll(/^/gm, '  ')}\n`;
}

function section(title: string, entries: readonly Entry[]): string {
  const width = Math.max(...entries.map(({ name }) => name.length));
  return `${title}\n${entries.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}\n`).join('')}`;
}

function mebibytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toLocaleString('en', { maximumFractionDigits: 1 })} MiB`;
}
