import { exactnessOf } from '../trackers/catalogue.js';
import { findsNothing } from '../trackers/facts.js';
import { type TrackerName, trackerNames, trackers } from '../trackers/registry.js';
import { parseSweep, type Sweep, type SweepInput } from './sweep.js';

/** The sweeps that come with dirtybench, as `--profile` names them. */
export const profileNames = [
  'report',
  'published',
  'quick',
  'memory',
  'io-frequency',
  'crossover',
  'huge',
  'real',
  'advise',
  'snapshot',
  'arming',
  'running',
  'ring',
  'guests',
  'caches',
] as const;

/** The name of a sweep that comes with dirtybench. */
export type ProfileName = (typeof profileNames)[number];

interface Profile {
  /** What it answers, in a line. */
  readonly summary: string;
  readonly sweeps: readonly SweepInput[];
}

function named(choose: (name: TrackerName) => boolean): TrackerName[] {
  return trackerNames.filter((name) => !findsNothing(trackers[name]) && choose(name));
}

/** Whether several vCPUs can mark it at once. */
function isConcurrent(name: TrackerName): boolean {
  const kind = trackers[name];
  return kind.guest === 'simulated' && kind.concurrent !== undefined;
}

/** The schemes that one vCPU marks and one thread collects: those that are compared everywhere. */
const schemes = named(
  (name) =>
    trackers[name].guest === 'simulated' &&
    !isConcurrent(name) &&
    !trackers[name].exclusive &&
    trackers[name].role === 'scheme',
);
/** One of each kind of scheme, in its best implementation and, of the scan, in its plain one. */
const chosen: TrackerName[] = ['flag-scan', 'flag-scan-simd', 'bitmap-scan-simd', 'flag-queue', 'dirty-ring'];
const concurrent = named(isConcurrent);
/** What only snapshots ask for: trackers that find more than was written. */
const snapshotTrackers: readonly TrackerName[] = named(
  (name) => trackers[name].guest === 'process' && exactnessOf(name) !== 'exact',
);
const libraries = named((name) => trackers[name].role === 'library');
const limits = trackerNames.filter((name) => trackers[name].role === 'limit');
/** A collect from a ring varies more than one that walks a log: it needs more rounds for the same certainty. */
const kvmRing: TrackerName = 'kvm-ring';
const deferredRing: TrackerName = 'kvm-ring-deferred';
const kvmLogs = named((name) => trackers[name].guest === 'kvm' && name !== kvmRing && name !== deferredRing);
const onKvm = [...kvmLogs, kvmRing];
/** A scan by several threads helps where much memory has page tables, and takes all processors for it. */
const parallelScan: TrackerName = 'pagemap-scan-parallel';
/** Trackers of a process guest that find just what was written, by one thread. */
const onProcess = named(
  (name) => trackers[name].guest === 'process' && !snapshotTrackers.includes(name) && name !== parallelScan,
);

/** Trackers of a process guest whose collect loses nothing while the guest goes on. */
const goingOn = onProcess.filter((name) => !('onlyStopped' in trackers[name]));
const standingStill = onProcess.filter((name) => !goingOn.includes(name));

const tableSizes = ['512M', '1G', '4G'];
const programs = [
  'echo',
  'redis-get',
  'redis-set',
  'sqlite-insert',
  'sqlite-wal',
  'postgres-select',
  'postgres-tpcb',
].map((name) => `trace:${name}`);

const chosenPrograms = ['trace:redis-set', 'trace:sqlite-wal', 'trace:postgres-tpcb'];

/** Memory x pages per epoch on real guests: from these, what lies between is computed. */
const advising: readonly SweepInput[] = [
  { pages: 16, epochs: 200, memory: ['512M', '4G', '64G'] },
  { pages: 256, epochs: 60, memory: ['512M', '4G', '64G'] },
  { pages: 4096, epochs: 20, memory: ['4G', '64G'] },
].flatMap((written): SweepInput[] => [
  { ...written, tracker: onKvm, rounds: 5, exclude: [{ tracker: 'kvm-flags', memory: '64G' }] },
  // Who walks the page tables of 64 GiB takes about a tenth of a second for each collect: minutes for the rounds of a point.
  { ...written, tracker: onProcess, memory: written.memory.filter((size) => size !== '64G'), rounds: 5 },
]);

/** What is measured beside turning tracking on and off, which takes the most of such a round. */
const armed = { pages: 64, epochs: 50, arming: true } as const;

/** What is measured beside other guests. */
const neighbours = {
  tracker: ['kvm-bitmap', kvmRing, 'pagemap-scan', 'uffd-queue'],
  memory: '512M',
  pages: 64,
  epochs: 40,
  rounds: 5,
} satisfies SweepInput;

/** What KVM's ring is held against, with itself reset late. */
const rings = {
  tracker: ['kvm-bitmap', 'kvm-bitmap-clear', kvmRing, deferredRing],
  memory: ['4G', '64G'],
  rounds: 5,
} satisfies SweepInput;

/** Memory of its own, and restored from a file, as that of sandboxes is. */
const restored: SweepInput['backing'] = ['4k', 'file'];

/** From 0.1 % of memory up, as far as the rounds fit a machine of ordinary size. */
const snapshots: readonly SweepInput[] = [
  { memory: '1G', pages: [262, 2621, 26_214, 131_072], backing: restored },
  { memory: '4G', pages: [1049, 10_486], backing: restored },
  { memory: '16G', pages: [4194, 41_943] },
  { memory: '64G', pages: 16_777 },
].map(
  (written): SweepInput => ({
    ...written,
    tracker: [...onProcess, parallelScan, ...snapshotTrackers],
    epochs: 10,
    rounds: 5,
    // A fault each that another thread serves: minutes a round.
    exclude: [{ tracker: 'uffd-queue', pages: [26_214, 41_943, 131_072] }],
  }),
);

/** Every profile there is. */
export const profiles: Record<ProfileName, Profile> = {
  report: {
    summary:
      'a report in a few minutes: the schemes that differ most, by memory, pages per epoch and program, and real guests',
    sweeps: [
      { tracker: chosen, memory: ['512M', '1G', '4G', '16G'], pages: 64, epochs: 300, rounds: 5 },
      { tracker: chosen, memory: '4G', pages: [1, 1024], epochs: 200, rounds: 5 },
      { tracker: chosen, workload: chosenPrograms, memory: '4G', epochs: 300, rounds: 5 },
      { tracker: ['kvm-bitmap', kvmRing], memory: '512M', epochs: 200, rounds: 5, arming: true, collect: 'running' },
      { tracker: ['kvm-bitmap', kvmRing], memory: '1G', epochs: 200, rounds: 5 },
      { tracker: 'kvm-flags', memory: '512M', epochs: 200, rounds: 5 },
      {
        tracker: ['kvm-bitmap', 'kvm-flags', kvmRing],
        memory: ['4G', '64G'],
        epochs: 200,
        rounds: 5,
        exclude: [{ tracker: 'kvm-flags', memory: '64G' }],
      },
      { tracker: goingOn, memory: '512M', epochs: 50, rounds: 5, arming: true, collect: 'running' },
      { tracker: standingStill, memory: '512M', epochs: 50, rounds: 5, arming: true },
      { tracker: onProcess, memory: ['1G', '4G'], epochs: 50, rounds: 5 },
    ],
  },
  published: {
    summary: 'what the published report is made from: memory, pages per epoch, workloads, real programs, real guests',
    sweeps: [
      {
        tracker: [...schemes, 'bitmap-scan-parallel', ...limits],
        memory: ['512M', '1G', '4G', '16G'],
        pages: 64,
        epochs: 1000,
        rounds: 5,
      },
      { tracker: schemes, memory: '4G', pages: 64, cache: 'warm', epochs: 600, rounds: 5 },
      { tracker: schemes, memory: '4G', pages: [1, 16, 1024], epochs: 400, rounds: 5 },
      { tracker: schemes, memory: '16G', pages: 1024, epochs: 200, rounds: 5 },
      { tracker: schemes, memory: ['512M', '4G'], pages: 16_384, epochs: 100, rounds: 5 },
      {
        tracker: schemes,
        workload: ['sequential', 'zipf', 'netperf-rr'],
        memory: '1G',
        epochs: 400,
        rounds: 5,
      },
      { tracker: schemes, workload: programs, memory: '4G', epochs: 600, rounds: 5 },
      { tracker: libraries, memory: '4G', pages: [64, 1024], epochs: 300, rounds: 5 },
      { tracker: concurrent, memory: '4G', pages: 1024, vcpus: [1, 2], epochs: 200, rounds: 5 },
      {
        tracker: kvmLogs,
        memory: ['512M', '1G', '4G', '64G'],
        epochs: 200,
        rounds: 5,
        exclude: [{ tracker: 'kvm-flags', memory: '64G' }],
      },
      { tracker: kvmRing, memory: ['512M', '1G', '4G', '64G'], epochs: 200, rounds: 15 },
      {
        tracker: onKvm,
        workload: 'netperf-rr',
        memory: ['4G', '64G'],
        epochs: 200,
        rounds: 5,
        exclude: [{ tracker: 'kvm-flags', memory: '64G' }],
      },
      { tracker: onProcess, memory: tableSizes, epochs: 100, rounds: 5 },
      ...advising,
    ],
  },
  quick: {
    summary: 'the whole pipeline in about half a minute, with few epochs: to try things, not to quote',
    sweeps: [
      // From six rounds on, `compare` can decide so many points of two files.
      { tracker: schemes, memory: ['512M', '4G'], epochs: 100, rounds: 6 },
      { tracker: ['flag-scan', 'flag-queue'], workload: 'trace:redis-set', memory: '4G', epochs: 100, rounds: 6 },
    ],
  },
  memory: {
    summary: 'detection against memory, 64 MiB to 64 GiB at 64 pages per epoch, L2-cold and warm',
    sweeps: [
      {
        tracker: schemes,
        memory: ['64M', '128M', '256M', '512M', '1G', '2G', '4G', '8G', '16G', '32G', '64G'],
        cache: ['l2-cold', 'warm'],
        epochs: 1000,
        rounds: 5,
      },
    ],
  },
  'io-frequency': {
    summary: 'a fixed dirty rate at 10 to 10 000 I/Os per second: detection, lateness and the time left to the guest',
    sweeps: [
      {
        tracker: schemes,
        memory: ['512M', '4G'],
        'dirty-rate': 64_000,
        'io-frequency': [10, 30, 100, 300, 1000, 3000, 10_000],
        epochs: 1000,
        rounds: 5,
      },
    ],
  },
  crossover: {
    summary: 'memory x pages per epoch: which tracker wins where',
    sweeps: [
      {
        tracker: [...schemes, ...libraries],
        memory: ['64M', '512M', '4G', '16G'],
        pages: [1, 16, 64, 256, 1024],
        epochs: 1000,
        rounds: 5,
      },
      {
        tracker: [...schemes, ...libraries],
        memory: ['64M', '512M', '4G', '16G'],
        pages: [4096, 16_384],
        epochs: 200,
        rounds: 5,
      },
      {
        tracker: [...schemes, ...libraries],
        memory: ['512M', '4G', '16G'],
        pages: [65_536, 131_072],
        epochs: 50,
        rounds: 5,
      },
    ],
  },
  huge: {
    summary: 'guests of 16 GiB to 1 TiB',
    sweeps: [
      {
        tracker: [...schemes, 'bitmap-scan-parallel', ...concurrent, ...libraries, ...limits],
        memory: ['16G', '64G'],
        epochs: 300,
        rounds: 5,
      },
      {
        tracker: [...schemes, 'bitmap-scan-parallel', ...concurrent, ...libraries, ...limits],
        memory: ['256G', '1T'],
        epochs: 30,
        rounds: 5,
      },
    ],
  },
  real: {
    summary: 'guests on KVM up to 512 GiB, and this process’s own memory: what the kernel of this machine does',
    sweeps: [
      {
        tracker: kvmLogs,
        memory: ['512M', '1G', '4G', '16G', '64G', '128G', '512G'],
        epochs: 200,
        rounds: 5,
        exclude: [{ tracker: 'kvm-flags', memory: ['64G', '128G', '512G'] }],
      },
      { tracker: kvmRing, memory: ['512M', '1G', '4G', '16G', '64G', '128G', '512G'], epochs: 200, rounds: 15 },
      { tracker: onKvm, memory: '4G', pages: [1, 16, 256, 1024], epochs: 200, rounds: 5 },
      { tracker: onKvm, memory: '4G', vcpus: [2, 4], epochs: 200, rounds: 5 },
      { tracker: [...onProcess, parallelScan], memory: tableSizes, epochs: 100, rounds: 5 },
    ],
  },
  advise: {
    summary: 'real guests, memory x pages per epoch: what `dirtybench advise` needs to answer for a machine',
    sweeps: advising,
  },
  snapshot: {
    summary:
      'memory of a process, its own or of a file, of which 0.1 % to 50 % is written between two snapshots: time, and pages written for nothing',
    sweeps: snapshots,
  },
  arming: {
    summary:
      'what turning tracking on and off costs for guests that have written all of their memory, and the first writes after',
    sweeps: [
      { tracker: [...onKvm, ...onProcess], memory: ['1G', '4G', '16G'], ...armed, backing: ['4k', 'thp'], rounds: 5 },
      // Writing all of it takes a minute each time.
      {
        tracker: ['kvm-bitmap', 'kvm-bitmap-initially-set', kvmRing],
        memory: '64G',
        ...armed,
        backing: ['4k', 'thp'],
        rounds: 5,
      },
    ],
  },
  running: {
    summary: 'what a process or a vCPU that goes on writing loses while another thread collects its pages',
    sweeps: [
      {
        tracker: [...onKvm, ...goingOn],
        memory: ['512M', '4G'],
        pages: [64, 4096],
        epochs: 20,
        rounds: 5,
        collect: 'running',
      },
      // KVM holds its lock for one chunk at a time.
      {
        tracker: 'kvm-bitmap-initially-set',
        memory: '4G',
        pages: 4096,
        'clear-chunk': ['1M', '64M'],
        epochs: 20,
        rounds: 5,
        collect: 'running',
      },
    ],
  },
  ring: {
    summary: 'where KVM’s ring stops paying against its log, and what a reset at every fourth collect changes',
    sweeps: [
      { ...rings, pages: [16, 256, 4096, 16_384], epochs: 40 },
      // More than a ring holds: the guest stops for it.
      { ...rings, pages: [65_536, 262_144], epochs: 12 },
    ],
  },
  guests: {
    summary: 'one to eight guests that write and are collected at once, each in a process of its own, and all in one',
    sweeps: [
      { ...neighbours, guests: [1, 2, 4, 8] },
      { ...neighbours, guests: [2, 4, 8], 'one-process': true },
    ],
  },
  caches: {
    summary: 'what warm, L2-cold and wholly displaced caches make of detection, up to flags that fit no cache',
    sweeps: [
      { tracker: chosen, memory: ['512M', '4G', '32G'], cache: ['warm', 'l2-cold', 'dram'], epochs: 100, rounds: 5 },
      { tracker: chosen, memory: '256G', cache: ['warm', 'l2-cold', 'dram'], epochs: 20, rounds: 5 },
      {
        tracker: [...onKvm, ...onProcess],
        memory: '4G',
        cache: ['warm', 'l2-cold', 'dram'],
        epochs: 30,
        rounds: 5,
      },
    ],
  },
};

/** The sweeps of a profile, read. */
export function profileSweeps(name: ProfileName): Sweep[] {
  return profiles[name].sweeps.map((sweep) => parseSweep(sweep, `profile '${name}'`));
}
