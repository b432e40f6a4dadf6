import { parseSweep, type Sweep, type SweepInput } from './sweep.js';

export const profileNames = ['report', 'quick', 'memory', 'io-frequency', 'crossover', 'huge'] as const;

/** The name of a sweep that comes with dirtybench. */
export type ProfileName = (typeof profileNames)[number];

interface Profile {
  /** What it answers, in a line. */
  readonly summary: string;
  readonly sweeps: readonly SweepInput[];
}

const every = [
  'flag-scan',
  'flag-scan-words',
  'bitmap-scan',
  'hierarchical-bitmap',
  'flag-queue',
  'dirty-ring',
  'pml-buffer',
];
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

/** Every profile there is. */
export const profiles: Record<ProfileName, Profile> = {
  report: {
    summary: 'what the published report is made from: memory, pages per epoch, workloads, real programs',
    sweeps: [
      { tracker: every, memory: ['64M', '256M', '512M', '1G', '4G', '16G'], pages: 64, epochs: 1000, rounds: 5 },
      { tracker: every, memory: tableSizes, pages: 64, cache: 'warm', epochs: 1000, rounds: 3 },
      { tracker: every, memory: ['512M', '4G'], pages: [1, 16, 256, 1024], epochs: 1000, rounds: 3 },
      { tracker: every, memory: ['512M', '4G'], pages: [4096, 16384, 65536], epochs: 150, rounds: 3 },
      {
        tracker: every,
        workload: ['sequential', 'zipf', 'hot-set', 'netperf-rr'],
        memory: '1G',
        epochs: 1000,
        rounds: 3,
      },
      { tracker: every, workload: programs, memory: tableSizes, epochs: 1000, rounds: 3 },
    ],
  },
  quick: {
    summary: 'the whole pipeline in under half a minute, with few epochs: to try things, not to quote',
    sweeps: [
      { tracker: every, memory: tableSizes, pages: [16, 64, 1024], epochs: 200, rounds: 2 },
      { tracker: ['flag-scan', 'flag-queue'], workload: 'trace:redis-set', memory: tableSizes, epochs: 200, rounds: 2 },
    ],
  },
  memory: {
    summary: 'detection against memory, 64 MiB to 64 GiB at 64 pages per epoch, cold and warm',
    sweeps: [
      {
        tracker: every,
        memory: ['64M', '128M', '256M', '512M', '1G', '2G', '4G', '8G', '16G', '32G', '64G'],
        cache: ['cold', 'warm'],
        epochs: 1000,
        rounds: 5,
      },
    ],
  },
  'io-frequency': {
    summary: 'a fixed dirty rate at 10 to 10 000 I/Os a second: detection, lateness and the time left to the guest',
    sweeps: [
      {
        tracker: every,
        memory: tableSizes,
        'dirty-rate': 64_000,
        'io-frequency': [10, 30, 100, 300, 1000, 3000, 10_000],
        epochs: 1000,
        rounds: 3,
      },
    ],
  },
  crossover: {
    summary: 'memory x pages per epoch: which tracker wins where',
    sweeps: [
      {
        tracker: every,
        memory: ['64M', '512M', '4G', '16G'],
        pages: [1, 4, 16, 64, 256, 1024],
        epochs: 1000,
        rounds: 3,
      },
      { tracker: every, memory: ['64M', '512M', '4G', '16G'], pages: [4096, 16_384], epochs: 200, rounds: 3 },
      { tracker: every, memory: ['512M', '4G', '16G'], pages: [65_536, 131_072], epochs: 50, rounds: 3 },
    ],
  },
  huge: {
    summary: 'guests of 16 GiB to 1 TiB',
    sweeps: [
      { tracker: every, memory: ['16G', '64G'], epochs: 500, rounds: 3 },
      { tracker: every, memory: ['256G', '1T'], epochs: 50, rounds: 3 },
    ],
  },
};

/** The sweeps of a profile, read. */
export function profileSweeps(name: ProfileName): Sweep[] {
  return profiles[name].sweeps.map((sweep) => parseSweep(sweep, `profile '${name}'`));
}
