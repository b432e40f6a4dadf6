import { emptyHistogram, encodeHistogram } from '../../results/histogram.js';
import { type Header, type Host, type Point, type Round, schemaVersion, type Timing } from '../../results/schema.js';

export const point: Point = {
  guest: 'simulated',
  tracker: 'flag-queue',
  workload: 'uniform',
  memoryBytes: 512 * 2 ** 20,
  pagesPerEpoch: 64,
  ioFrequency: null,
  dirtyRate: null,
  cache: 'warm',
  vcpus: 1,
  ringEntries: null,
  epochs: 100,
  rounds: 3,
  seed: 1,
};

/** A header over these points, as of some other machine. */
export function headerOf(points: Point[], changes: Partial<Header> = {}): Header {
  return {
    kind: 'header',
    schema: schemaVersion,
    version: '0.0.0',
    sweep: 'test',
    command: 'dirtybench measure',
    startedAt: '2026-01-01T00:00:00.000Z',
    environment: {
      cpu: 'a CPU',
      cores: 2,
      l1dBytes: 32768,
      l2Bytes: 2 ** 20,
      l3Bytes: null,
      memoryBytes: 2 ** 33,
      kernel: '6.0',
      arch: 'x64',
      hypervisor: null,
      governor: null,
      transparentHugePages: null,
      node: '20.0.0',
      v8: '11',
      kvm: null,
    },
    load: 0,
    footprintBytes: 2 ** 21,
    points,
    twin: 0,
    skipped: [],
    unavailable: [],
    ...changes,
  };
}

/** A host of a fleet, like every other but for its name. */
export function hostOf(name: string, changes: Partial<Host> = {}): Host {
  const { version, startedAt, environment, load, footprintBytes } = headerOf([point]);
  const facts = { version, startedAt, host: name, commit: null, environment, load, footprintBytes };
  return { kind: 'host', name, labels: [], ...facts, unavailable: [], ...changes };
}

/** Epochs that all took this long. */
export function timingOf(ns: number): Timing {
  const histogram = emptyHistogram();
  histogram.recordValue(ns);
  return {
    minNs: ns,
    medianNs: ns,
    meanNs: ns,
    p99Ns: ns,
    p999Ns: ns,
    maxNs: ns,
    histogram: encodeHistogram(histogram),
  };
}

/** A finished round of the header's first point. */
export function roundOf(changes: Partial<Round> = {}): Round {
  return {
    kind: 'round',
    point: 0,
    twin: false,
    beside: false,
    round: 0,
    startedAt: '2026-01-01T00:00:01.000Z',
    seconds: 0.1,
    epochs: 100,
    writes: 6400,
    dirtyPages: 6400,
    forcedExits: 0,
    writesHash: '00000000',
    run: timingOf(500),
    collect: timingOf(200),
    kernel: null,
    ...changes,
  };
}
