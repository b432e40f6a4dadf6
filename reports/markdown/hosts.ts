import type { HostCollect, HostFacts, HostsAnalysis, PointByHost, Spread } from '../analysis/hosts.js';
import { roleOf } from '../analysis/role.js';
import { formatCount, formatFactor, formatMemory, formatShare } from '../units.js';
import { brackets, code, figureWithInterval, listed, nothing } from './prose.js';
import { blocks, type Section, showChart } from './section.js';
import { toMarkdown } from './table.js';

/** With more hosts a table has the fastest, the middle one and the slowest in place of a column for each. */
const mostColumns = 6;

/** The hosts of a fleet, and how far they differ. */
export const hostsSection: Section = {
  heading: 'Hosts',
  needs: null,
  write({ analysis, pictures }) {
    const { hosts: fleet } = analysis;
    if (fleet === undefined) return null;
    return blocks([
      introduction(fleet),
      hostsTable(fleet.hosts),
      pointsTable(fleet),
      explain(fleet),
      ...showChart('hosts', { pictures }),
    ]);
  },
};

function introduction({ sharing, shown, hosts }: HostsAnalysis): string {
  const beside = hosts.filter((host) => host.beside).map(({ name }) => code(name));
  const disturbed =
    beside.length === 0
      ? ''
      : ` On ${listed(beside)} another worker measured at the same time, so that those figures are of a disturbed machine.`;
  const what =
    sharing === 'each'
      ? `Every host measured the whole sweep. This section has all of them; every other one is of ${code(shown ?? '')}, and ` +
        '`dirtybench report --host NAME` makes it of another.'
      : `${hosts.length} hosts shared the rounds. This section tells them apart; every other one is of all rounds together.`;
  return `${what}${disturbed} \`dirtybench compare\` with this one file gives each host’s verdicts beside the first.`;
}

function hostsTable(hosts: readonly HostFacts[]): string {
  return toMarkdown({
    of: 'words',
    header: ['host', 'CPU', 'cores', 'kernel', 'runs on', 'Node', 'dirtybench', 'labels', 'rounds'],
    rows: hosts.map(({ name, environment, version, labels, rounds }) => [
      code(name),
      environment.cpu,
      String(environment.cores),
      environment.kernel,
      environment.hypervisor ?? 'no hypervisor seen',
      environment.node,
      version,
      labels.map((label) => `${label.name}=${label.value}`).join(', ') || nothing,
      String(rounds),
    ]),
  });
}

function pointsTable({ points, hosts }: HostsAnalysis): string {
  const varied = columns.filter(({ always, of }) => always || new Set(points.map(of)).size > 1);
  const few = hosts.length <= mostColumns;
  const byHost = few
    ? hosts.map(({ name }) => ({ header: code(name), of: (point: PointByHost) => cell(point, name) }))
    : [
        { header: 'fastest host', of: (point: PointByHost) => ranked(point, 0) },
        { header: 'middle host', of: (point: PointByHost) => ranked(point, 0.5) },
        { header: 'slowest host', of: (point: PointByHost) => ranked(point, 1) },
      ];
  const all = [
    ...varied,
    ...byHost,
    { header: 'slowest / fastest', of: factor },
    { header: 'varies within a host', of: ({ spread }: PointByHost) => shareOf(spread.within) },
    { header: 'between hosts', of: ({ spread }: PointByHost) => betweenOf(spread) },
  ];
  return toMarkdown({
    of: 'figures',
    header: ['tracker', ...all.map(({ header }) => header)],
    rows: points.map((point) => [code(point.scheme), ...all.map(({ of }) => of(point))]),
  });
}

/** What makes points differ, each a column where it does. */
const columns: readonly {
  readonly header: string;
  readonly always: boolean;
  readonly of: (point: PointByHost) => string;
}[] = [
  { header: 'guest', always: false, of: ({ guest }) => guest },
  { header: 'workload', always: false, of: ({ workload }) => workload },
  { header: 'memory', always: true, of: ({ memoryBytes }) => formatMemory(memoryBytes) },
  { header: 'pages', always: true, of: ({ pagesPerEpoch }) => formatCount(Math.round(pagesPerEpoch)) },
  {
    header: 'I/Os per second',
    always: false,
    of: ({ ioFrequency }) => (ioFrequency === null ? nothing : formatCount(ioFrequency)),
  },
  { header: 'cache', always: false, of: ({ cache }) => cache },
  { header: 'vCPUs', always: false, of: ({ vcpus }) => String(vcpus) },
  { header: 'guests', always: false, of: ({ guests = 1 }) => String(guests) },
  { header: 'in one process', always: false, of: ({ oneProcess }) => (oneProcess ? 'yes' : 'no') },
];

function cell(point: PointByHost, name: string): string {
  const found = point.byHost.find(({ host }) => host === name);
  return found === undefined ? nothing : figureWithInterval({ ...found, withinFloor: isFloored(point, found) });
}

/** A floor has a figure all the same: the others are held against it. */
function isFloored({ tracker }: PointByHost, { withinFloor }: HostCollect): boolean {
  return withinFloor && roleOf(tracker) !== 'floor';
}

/** The figure of the host that so large a share of the others is faster than. */
function ranked(point: PointByHost, share: number): string {
  const found = ascending(point)[Math.round(share * (point.byHost.length - 1))];
  if (found === undefined) return nothing;
  return `${figureWithInterval({ ...found, withinFloor: isFloored(point, found) })}, ${code(found.host)}`;
}

function ascending({ byHost }: PointByHost): HostCollect[] {
  return byHost.toSorted((a, b) => a.medianNs - b.medianNs);
}

/** Of times that are no more than the floor, how they compare says nothing. */
function factor(point: PointByHost): string {
  const [fastest, ...others] = ascending(point);
  const slowest = others.at(-1);
  if (fastest === undefined || slowest === undefined || isFloored(point, slowest)) return nothing;
  const bound = isFloored(point, fastest) ? 'at least ' : '';
  return `${bound}${formatFactor(slowest.medianNs / Math.max(1, fastest.medianNs))}`;
}

function shareOf(share: number | null): string {
  return share === null ? nothing : formatShare(share);
}

function betweenOf({ between }: Spread): string {
  return between === 0 ? 'not seen' : shareOf(between);
}

function explain({ points }: HostsAnalysis): string {
  return (
    `A cell is the median of one host’s rounds${brackets(points.flatMap(({ byHost }) => byHost))}. *Varies within a host* is what rounds of ` +
    'the same host differ by, *between hosts* what hosts differ by beyond that; both are standard deviations, as shares of the ' +
    'time (the two parts of a one-way analysis of variance on logarithms). A difference between hosts that is no larger than the ' +
    'variation within them is no reason to prefer one.'
  );
}
