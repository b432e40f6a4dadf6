import { Command } from 'commander';
import { type Backing, otherBackings } from '../../base/backing.js';
import { formatSize, pageBytes } from '../../base/size.js';
import { type Availability, availability } from '../../guests/availability.js';
import { readEnvironment } from '../../measure/environment.js';
import type { Environment } from '../../results/schema.js';
import { findsNothing } from '../../trackers/facts.js';
import { trackers } from '../../trackers/registry.js';

/** What each fact about the machine is called. */
const labels: Record<Exclude<keyof Environment, 'kvm'>, string> = {
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

/** A tracker that needs something of the machine, and whether it works. */
interface Tried {
  readonly tracker: string;
  readonly guest: string;
  /** What the guest's memory was mapped with; absent: pages of 4 KiB, or a simulated guest. */
  readonly backing?: Backing;
  readonly availability: Availability;
}

/** `dirtybench probe`: this machine, and which real guests and trackers work on it. */
export function probeCommand(): Command {
  return new Command('probe')
    .description('this machine, and which real guests and trackers work on it, found out by trying each')
    .option('--json', 'as JSON')
    .action(({ json }: { json?: true }) => {
      const environment = readEnvironment();
      const tried = tryTrackers();
      process.stdout.write(
        json
          ? `${JSON.stringify({ ...environment, trackers: tried }, null, 2)}\n`
          : [machine(environment), kvm(environment.kvm), works(tried)].join('\n'),
      );
    });
}

/** Every tracker that is not our own code alone. */
function tryTrackers(): Tried[] {
  return Object.entries(trackers)
    .filter(([, kind]) => kind.guest !== 'simulated' || kind.role === 'library')
    .flatMap(([tracker, kind]) => {
      const tried: Tried[] = [{ tracker, guest: kind.guest, availability: availability(kind) }];
      if (kind.guest === 'simulated' || findsNothing(kind) || tried[0]?.availability.works === false) return tried;
      return [
        ...tried,
        ...otherBackings.map((backing) => ({
          ...{ tracker, guest: kind.guest, backing },
          availability: availability(kind, backing),
        })),
      ];
    });
}

function machine(environment: Environment): string {
  return lines(
    Object.entries(labels).map(([key, label]) => [label, value(environment, key as keyof typeof labels)] as const),
  );
}

function value(environment: Environment, key: keyof typeof labels): string {
  const given = environment[key];
  if (given === null) return key === 'hypervisor' ? 'no hypervisor seen' : 'unknown';
  return typeof given === 'number' && key.endsWith('Bytes') ? sizeText(given) : String(given);
}

function kvm(host: Environment['kvm']): string {
  if (host === null) return lines([['KVM', 'none: there is no /dev/kvm']]);
  const pml = host.pml === null ? 'unknown' : host.pml ? 'yes' : 'no';
  return lines([
    ['KVM', host.backend],
    ['page tables', host.paging],
    ['page modification log', pml],
    ['nested', host.nested ? 'yes' : 'no'],
    ...host.warnings.map((warning) => ['warning', warning] as const),
  ]);
}

function works(tried: readonly Tried[]): string {
  return lines(
    tried.map(({ tracker, guest, backing, availability: found }) => [
      `${tracker} (${guest}${backing === undefined ? '' : `, ${backing}`})`,
      found.works ? worksText(found) : `does not work: ${found.why}; remedy: ${found.remedy}`,
    ]),
  );
}

function worksText({ unitPages = 1 }: { readonly unitPages?: number }): string {
  return unitPages === 1 ? 'works' : `works, and finds ${sizeText(unitPages * pageBytes)} for each page written`;
}

function lines(pairs: readonly (readonly [string, string])[]): string {
  const width = Math.max(24, ...pairs.map(([label]) => label.length));
  return pairs.map(([label, text]) => `${label.padEnd(width)}  ${text}\n`).join('');
}

function sizeText(bytes: number): string {
  const exact = formatSize(bytes);
  return /^[\d.]{1,5}[KMGT]$/.test(exact) ? `${exact}iB` : `${(bytes / 2 ** 30).toFixed(1)} GiB`;
}
