import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { expand } from '../../measure/expansion.js';
import { isFloor } from '../../measure/floor.js';
import { type ProfileName, profileNames, profileSweeps } from '../../measure/profiles.js';
import { parseSweep, type SweepInput } from '../../measure/sweep.js';
import { readSweepFile } from '../../measure/sweepfile.js';
import { roundsForFinding } from '../../reports/analysis/coverage.js';

function pointsOf(input: SweepInput) {
  return expand([parseSweep(input, 'test')]).points.filter(({ tracker }) => !isFloor(tracker));
}

describe('a sweep', () => {
  it('crosses its axes', () => {
    const points = pointsOf({
      tracker: ['flag-scan', 'flag-queue'],
      memory: ['512M', '4G'],
      pages: [16, 64],
      cache: 'warm',
    });
    expect(points).toHaveLength(8);
    expect(points[0]).toEqual({
      guest: 'simulated',
      tracker: 'flag-scan',
      workload: 'uniform',
      memoryBytes: 512 * 2 ** 20,
      pagesPerEpoch: 16,
      ioFrequency: null,
      dirtyRate: null,
      cache: 'warm',
      vcpus: 1,
      ringEntries: null,
      epochs: 2000,
      rounds: 5,
      seed: 1,
    });
  });

  it('knows an L2-cold cache by its older name, in a mask too', () => {
    const points = pointsOf({ tracker: 'flag-scan', memory: '512M', cache: ['cold', 'dram'] });
    expect(points.map(({ cache }) => cache)).toEqual(['l2-cold', 'dram']);
    const left = pointsOf({
      tracker: 'flag-scan',
      memory: '512M',
      cache: ['l2-cold', 'dram'],
      exclude: [{ cache: 'cold' }],
    });
    expect(left.map(({ cache }) => cache)).toEqual(['dram']);
  });

  it('adds a floor for each kind of epoch, in the smallest memory', () => {
    const { points } = expand([parseSweep({ memory: ['4G', '512M'], pages: [16, 64] }, 'test')]);
    const floors = points.filter(({ tracker }) => isFloor(tracker));
    expect(floors.map(({ memoryBytes, pagesPerEpoch }) => [memoryBytes, pagesPerEpoch])).toEqual([
      [512 * 2 ** 20, 16],
      [512 * 2 ** 20, 64],
    ]);
  });

  it('measures a point that is not a floor twice', () => {
    const { points, twin } = expand([parseSweep({ tracker: ['null', 'flag-queue'] }, 'test')]);
    expect(points.findIndex(({ tracker }) => tracker === 'flag-queue')).toBe(twin);
  });

  it('includes crosses that take what they leave out from the sweep', () => {
    const points = pointsOf({ tracker: 'flag-scan', memory: '512M', include: [{ memory: '4G', pages: [1, 2] }] });
    expect(points.map(({ tracker, memoryBytes, pagesPerEpoch }) => [tracker, memoryBytes, pagesPerEpoch])).toEqual([
      ['flag-scan', 2 ** 29, 64],
      ['flag-scan', 2 ** 32, 1],
      ['flag-scan', 2 ** 32, 2],
    ]);
  });

  it('excludes what a mask matches on all its axes', () => {
    const points = pointsOf({
      tracker: ['flag-scan', 'flag-queue'],
      memory: ['512M', '4G'],
      exclude: [{ tracker: 'flag-scan', memory: '4G' }],
    });
    expect(points.map(({ tracker, memoryBytes }) => [tracker, memoryBytes])).toEqual([
      ['flag-scan', 2 ** 29],
      ['flag-queue', 2 ** 29],
      ['flag-queue', 2 ** 32],
    ]);
  });

  it('measures a point that comes twice once', () => {
    expect(pointsOf({ tracker: 'flag-scan', memory: ['512M', '0.5G'], include: [{ memory: '512M' }] })).toHaveLength(1);
  });

  it('makes pages per epoch from a dirty rate and an I/O frequency', () => {
    const points = pointsOf({ tracker: 'flag-scan', memory: '1G', 'dirty-rate': 64_000, 'io-frequency': [100, 1000] });
    expect(points.map(({ pagesPerEpoch, ioFrequency, dirtyRate }) => [pagesPerEpoch, ioFrequency, dirtyRate])).toEqual([
      [640, 100, 64_000],
      [64, 1000, 64_000],
    ]);
  });

  it('lists what makes no sense, and measures the rest', () => {
    const { points, skipped } = expand([
      parseSweep({ tracker: 'flag-scan', memory: ['4M', '8M'], pages: 2000, epochs: 10 }, 'test'),
    ]);
    expect(points.filter(({ tracker }) => !isFloor(tracker))).toHaveLength(1);
    expect(skipped).toEqual([
      {
        what: 'flag-scan on simulated, uniform, 4M, 2000 pages per epoch',
        why: expect.stringMatching(/2000 pages per epoch.*1024 pages/),
      },
    ]);
  });

  it('sets the chunk of trackers that clear in chunks, and of no other', () => {
    const sweep = parseSweep(
      { tracker: ['kvm-bitmap', 'kvm-bitmap-initially-set'], 'clear-chunk': '64M-128M' },
      'test',
    );
    const { points } = expand([sweep], () => ({ works: true }));
    const chunksOf = (name: string) =>
      new Set(points.filter(({ tracker }) => tracker === name).map((point) => point.clearChunkBytes));
    expect(chunksOf('kvm-bitmap-initially-set')).toEqual(new Set([2 ** 26, 2 ** 27]));
    expect(chunksOf('kvm-bitmap')).toEqual(new Set([undefined]));
    expect(chunksOf('kvm-null')).toEqual(new Set([undefined]));
    expect(() => parseSweep({ 'clear-chunk': '100K' }, 'test')).toThrow(
      "'100K' is not a chunk: a power of two from 256K",
    );
  });

  it('leaves several vCPUs to guests that have them', () => {
    const sweep = parseSweep({ tracker: ['pagemap-scan', 'kvm-ring'], memory: '512M', vcpus: [1, 4] }, 'test');
    const { points, skipped } = expand([sweep], () => ({ works: true }));
    const vcpusOf = (guest: string) =>
      new Set(points.filter((point) => point.guest === guest).map(({ vcpus }) => vcpus));
    expect([vcpusOf('process'), vcpusOf('kvm')]).toEqual([new Set([1]), new Set([1, 4])]);
    expect(skipped).toEqual([
      { what: expect.stringMatching(/^pagemap-scan on process/), why: expect.stringContaining('one thread') },
    ]);
  });

  it('lists what guests in one process would take from each other, and measures them apart', () => {
    const input = { tracker: ['soft-dirty', 'pagemap-scan'], guests: 2, memory: '64M', pages: 16 };
    const expanded = (more: object) => {
      const { points, skipped } = expand([parseSweep({ ...input, ...more }, 'test')], () => ({ works: true }));
      return { trackers: points.map(({ tracker }) => tracker), skipped };
    };
    expect(expanded({})).toEqual({ trackers: expect.arrayContaining(['soft-dirty', 'pagemap-scan']), skipped: [] });
    const { trackers, skipped } = expanded({ 'one-process': true });
    expect(trackers).not.toContain('soft-dirty');
    expect(trackers).toContain('pagemap-scan');
    expect(skipped.map(({ why }) => why)).toEqual([expect.stringMatching(/forgets what all guests of its process/)]);
  });

  it('lets a recording say how many pages an epoch writes', () => {
    const points = pointsOf({ tracker: 'flag-scan', workload: 'trace:redis-set', memory: '512M', pages: [16, 64] });
    expect(points.map(({ pagesPerEpoch }) => pagesPerEpoch)).toEqual([null]);
  });

  it('lists trackers that do not work on this machine, and measures the rest', () => {
    const sweep = parseSweep({ tracker: ['flag-queue', 'kvm-ring'], memory: ['512M', '1G'] }, 'test');
    const why = { why: 'there is no /dev/kvm', remedy: 'KVM' };
    const { points, unavailable } = expand([sweep], ({ guest }) =>
      guest === 'simulated' ? { works: true } : { works: false, ...why },
    );
    expect(points.map(({ tracker }) => tracker)).toEqual(['flag-queue', 'flag-queue', 'null']);
    expect(unavailable).toEqual([{ tracker: 'kvm-ring', ...why }]);
    const alone = parseSweep({ tracker: 'kvm-ring' }, 'test');
    expect(() => expand([alone], () => ({ works: false, ...why }))).toThrow(
      "nothing to measure: tracker 'kvm-ring' does not work here: there is no /dev/kvm; remedy: KVM",
    );
  });

  it('crosses ring sizes only with trackers that have a ring', () => {
    const points = pointsOf({ tracker: ['flag-queue', 'dirty-ring'], memory: '1G', 'ring-entries': [1024, 4096] });
    expect(points.map(({ tracker, ringEntries }) => [tracker, ringEntries])).toEqual([
      ['flag-queue', null],
      ['dirty-ring', 1024],
      ['dirty-ring', 4096],
    ]);
  });

  it('crosses numbers of guests; one alone is in no process with others', () => {
    const points = pointsOf({ tracker: 'flag-scan', memory: '1G', guests: [1, '2-4'], 'one-process': true });
    expect(points.map(({ guests, oneProcess }) => [guests, oneProcess])).toEqual([
      [undefined, undefined],
      [2, true],
      [4, true],
    ]);
  });

  it.each<[SweepInput, RegExp]>([
    [{ tracker: 'flag-scna' }, /tracker: unknown tracker 'flag-scna': did you mean 'flag-scan'\?/],
    [
      { tracker: 'mine.js' },
      /tracker: unknown tracker 'mine\.js': a module of your own is given by its path, as \.\/mine\.js/,
    ],
    [{ guest: 'mine.js' }, /guest: unknown guest 'mine\.js' \(allowed: simulated/],
    [{ workload: 'unifrom' }, /unknown workload 'unifrom': did you mean 'uniform'\?/],
    [{ memory: '4GBB' }, /memory: '4GBB' is not a size: write 512M/],
    [{ memory: '1M' }, /memory: '1M': memory is whole pages of 4 KiB, from 4M to 1T/],
    [{ memory: '2T' }, /memory: '2T'/],
    [{ pages: 0 }, /pages: '0' is not a whole number from 1 up/],
    [{ pages: 'x' }, /pages: 'x' is not a whole number/],
    [{ epochs: '' }, /epochs: '' is not a whole number/],
    [{ cache: 'hot' }, /cache: unknown cache 'hot'/],
    [{ tracker: 'flag-scan', memory: '4M', pages: 2000 }, /nothing to measure: .*2000 pages per epoch/],
    [{ pages: 1, 'dirty-rate': 5, 'io-frequency': 1 }, /'pages' and 'dirty-rate' both/],
    [{ 'dirty-rate': 5 }, /'dirty-rate' needs 'io-frequency'/],
    [{ 'dirty-rate': 5, 'io-frequency': 1000 }, /less than one page per epoch/],
    [{ guests: 65 }, /guests: '65' is not a number of guests from 1 to 64/],
    [{ exclude: [{}] }, /excludes every point/],
  ])('%j is refused', (input, message) => {
    expect(() => expand([parseSweep(input, 'test')])).toThrow(message);
  });
});

describe('a sweep file', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'dirtybench-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  function fileOf(text: string): string {
    const path = join(folder, 'mine.yaml');
    writeFileSync(path, text);
    return path;
  }

  it('is YAML, and is called by its file name', () => {
    const sweep = readSweepFile(fileOf('tracker: [flag-scan]\nmemory: 512M\nepochs: 10\n'));
    expect(sweep).toMatchObject({ name: 'mine', crosses: [{ tracker: ['flag-scan'], memory: [2 ** 29], epochs: 10 }] });
  });

  it('is JSON as well', () => {
    expect(readSweepFile(fileOf('{"name": "called", "memory": ["4M"]}')).name).toBe('called');
  });

  it.each([
    ['tracker: 3', /mine\.yaml: tracker: 3 is not a name$/],
    ['include: [1]', /mine\.yaml: include: 1 is not a set of axes, as \{ tracker: flag-scan, memory: 4G \}$/],
    ['profile: quick', /mine\.yaml: unknown key 'profile' \(allowed: guest, tracker/],
    ['trakcer: flag-scan', /mine\.yaml: unknown key 'trakcer': did you mean 'tracker'\?/],
    ['include:\n  - memroy: 4G', /mine\.yaml: include: unknown key 'memroy': did you mean 'memory'\?/],
    ['exclude:\n  - epochs: 4', /mine\.yaml: exclude: unknown key 'epochs'/],
    ['include:\n  - memory: 4GBB', /mine\.yaml: include\.memory: '4GBB' is not a size/],
    ['[1, 2', /mine\.yaml: not YAML or JSON: /],
    ['just text', /mine\.yaml: /],
  ])('%j is refused with the file and the key', (text, message) => {
    expect(() => readSweepFile(fileOf(text))).toThrow(message);
  });

  it('that is not there is named', () => {
    expect(() => readSweepFile(join(folder, 'none.yaml'))).toThrow(/cannot read sweep file '.*none\.yaml'/);
  });
});

/** Machines that a profile is for, where that of the tests may be too small for it. */
const roomFor: Partial<Record<ProfileName, number>> = { arming: 128 * 2 ** 30 };

describe('every profile', () => {
  it.each(profileNames)('%s can be expanded, and leaves nothing out', (name) => {
    const { points, skipped } = expand(profileSweeps(name), () => ({ works: true }), roomFor[name]);
    expect(points.length).toBeGreaterThan(4);
    expect(skipped).toEqual([]);
  });

  it.each(profileNames)('%s measures each point in as many rounds as a verdict takes', (name) => {
    const { points } = expand(profileSweeps(name), () => ({ works: true }), roomFor[name]);
    expect(points.filter(({ rounds }) => rounds < roundsForFinding)).toEqual([]);
  });
});
