import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { type Distribution, durationAt } from './distribution.js';
import { groupBy } from './group.js';
import type { MeasuredPoint } from './measured.js';
import { deriveTable1, paperRows } from './paper.js';
import { isContender } from './role.js';
import { type Setting, settingKey, settingOf } from './setting.js';

/**
 * An open-loop schedule: I/Os are due at F a second, whatever happens, and each waits for its synchronisation. Lateness
 * counts from the due time, so an I/O that waits behind others counts in full (no coordinated omission). The guest
 * writes the same number of pages between two I/Os at every frequency.
 */
export interface Schedule extends Setting {
  /** Index into the header's points: whose collect times drive it. */
  readonly index: number;
  readonly scheme: string;
  readonly memoryBytes: number;
  readonly pagesPerEpoch: number;
  /** What a synchronisation costs beside detection: nothing, or the intercept of the paper's Table 1. */
  readonly fixed: FixedCost;
  readonly fixedNs: number;
  /** I/Os per second at which no time is left to the guest: 1 / mean synchronisation. */
  readonly standstillHz: number;
  /** Along a logarithmic grid of frequencies; empty where only the frequency of the sweep was asked for. */
  readonly grid: readonly Load[];
  /** At the frequency that the sweep gave for this point; null where it gave none. */
  readonly asked: Load | null;
}

/** What an I/O costs beside detection: nothing, or what follows from the paper's table. */
export type FixedCost = 'none' | 'paper';

/** What becomes of the guest and its I/Os at one frequency. */
export interface Load {
  readonly frequencyHz: number;
  /** Share of time left to the guest, as simulated. */
  readonly guestShare: number;
  /** Share of time left in theory: max(0, 1 - F * mean synchronisation). */
  readonly expectedShare: number;
  /** From due to done; null where I/Os come faster than they can be synchronised and lateness grows without end. */
  readonly lateness: { readonly p50Ns: number; readonly p99Ns: number } | null;
}

/**
 * Pages per epoch, as where schemes are held against the paper's table (table1.ts): of the points of a scheme at a memory, the nearest to this
 * goes through the grid.
 */
const typicalPages = 64;
/** I/Os that are simulated at each frequency. */
const simulatedIos = 4000;
/** 10 Hz to 1 MHz, five a decade. */
const grid = Array.from({ length: 26 }, (_, i) => Number((10 ** (1 + i / 5)).toPrecision(3)));

/** Each scheme at each memory, and each point whose frequency the sweep gave: without a fixed cost and with the paper's. */
export function schedulesOf(points: readonly MeasuredPoint[]): Schedule[] {
  const fixedCosts: Record<FixedCost, number> = { none: 0, paper: deriveTable1(paperRows).fixedNs };
  const schemes = points.filter(({ facts }) => isContender(facts));
  const groups = groupBy(schemes, ({ facts }) => settingKey(facts, facts.scheme, facts.memoryBytes));
  return [...groups.values()].flatMap((group) => {
    const typical = group.toSorted((a, b) => fromTypical(a) - fromTypical(b))[0];
    return group
      .filter((point) => point === typical || point.facts.ioFrequency !== null)
      .flatMap((point) => {
        const collects = drawCollects(point.collect.distribution, 1 + point.facts.index);
        const frequencies = point === typical ? grid : [];
        return [
          scheduleOf(point, collects, frequencies, 'none', fixedCosts.none),
          scheduleOf(point, collects, frequencies, 'paper', fixedCosts.paper),
        ];
      });
  });
}

/** Points whose frequency the sweep gave come last. */
function fromTypical({ facts }: MeasuredPoint): number {
  return Math.abs(Math.log2(facts.pagesPerEpoch / typicalPages)) + (facts.ioFrequency === null ? 0 : 1000);
}

/** Collect times drawn from all epochs of a point, for as many I/Os as are simulated. */
function drawCollects(distribution: Distribution, seed: number): Float64Array {
  const generator = xoroshiro128plus(seed);
  return Float64Array.from({ length: simulatedIos }, () =>
    durationAt(distribution, uniformInt(generator, 1, distribution.total)),
  );
}

function scheduleOf(
  point: MeasuredPoint,
  collects: Float64Array,
  frequencies: readonly number[],
  fixed: FixedCost,
  fixedNs: number,
): Schedule {
  const { index, scheme, memoryBytes, pagesPerEpoch, ioFrequency } = point.facts;
  const meanNs = fixedNs + point.collect.distribution.meanNs;
  const synchronisations = collects.map((collect) => collect + fixedNs);
  const load = (frequencyHz: number) => loadAt(frequencyHz, synchronisations, meanNs);
  return {
    ...settingOf(point.facts),
    index,
    scheme,
    memoryBytes,
    pagesPerEpoch,
    fixed,
    fixedNs,
    standstillHz: 1e9 / Math.max(meanNs, 1),
    grid: frequencies.map(load),
    asked: ioFrequency === null ? null : load(ioFrequency),
  };
}

/**
 * I/Os due at one frequency, each with its synchronisation.
 * @param synchronisations what each costs, in nanoseconds
 * @param meanNs their expected mean
 */
export function loadAt(frequencyHz: number, synchronisations: Float64Array, meanNs: number): Load {
  const periodNs = 1e9 / frequencyHz;
  const lateness = new Float64Array(synchronisations.length);
  let end = 0;
  let busy = 0;
  for (let io = 0; io < synchronisations.length; io++) {
    const due = io * periodNs;
    const synchronisation = synchronisations[io] as number;
    end = Math.max(due, end) + synchronisation;
    busy += synchronisation;
    lateness[io] = end - due;
  }
  const elapsed = Math.max(end, synchronisations.length * periodNs);
  const expectedShare = Math.max(0, 1 - meanNs / periodNs);
  return {
    frequencyHz,
    guestShare: 1 - busy / elapsed,
    expectedShare,
    lateness: expectedShare === 0 ? null : latenessOf(lateness.sort()),
  };
}

function latenessOf(sorted: Float64Array): { p50Ns: number; p99Ns: number } {
  const at = (share: number) => sorted[Math.ceil(share * sorted.length) - 1] as number;
  return { p50Ns: at(0.5), p99Ns: at(0.99) };
}
