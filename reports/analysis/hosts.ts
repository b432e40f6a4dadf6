import { mean } from 'simple-statistics';
import { isByHost } from '../../results/hosts.js';
import type { Host, Results, Round, Sharing } from '../../results/schema.js';
import { bootstrapMedian, durationOf } from './bootstrap.js';
import type { Duration } from './estimate.js';
import { floorsOf, onFloor } from './floor.js';
import type { MeasuredPoint } from './measured.js';
import type { AnalysedPoint } from './point.js';
import { roleOf } from './role.js';
import { type Setting, settingOf } from './setting.js';

/** What the hosts of a fleet measured, beside each other. */
export interface HostsAnalysis {
  readonly sharing: Sharing;
  /** The host that all other parts of the analysis are of; null: they are of all hosts' rounds together. */
  readonly shown: string | null;
  readonly hosts: readonly HostFacts[];
  readonly points: readonly PointByHost[];
}

/** A host as a report shows it. */
export interface HostFacts extends Pick<Host, 'name' | 'labels' | 'environment' | 'version'> {
  /** Finished rounds, with the twin's. */
  readonly rounds: number;
  /** Whether another worker measured on the same machine meanwhile. */
  readonly beside: boolean;
}

/** The collect of one point on each host. */
export interface PointByHost
  extends Setting,
    Pick<AnalysedPoint, 'index' | 'tracker' | 'scheme' | 'memoryBytes' | 'pagesPerEpoch' | 'ioFrequency'> {
  /** In the order of the hosts; those that did not measure it are left out. */
  readonly byHost: readonly HostCollect[];
  readonly spread: Spread;
}

/** The collect of a point on one host. */
export interface HostCollect extends Duration {
  readonly host: string;
  readonly rounds: number;
  /** As of a point, but against the floor of this host. */
  readonly withinFloor: boolean;
}

/**
 * How much rounds of a point vary, as shares of it (standard deviations of their logarithms). Null: too few rounds or hosts tell.
 */
export interface Spread {
  /** Between rounds of the same host. */
  readonly within: number | null;
  /** Between hosts, beyond what rounds of the same host vary by; 0: not seen. */
  readonly between: number | null;
}

/** What the hosts measured; null where one machine did. `measured`: every point, whichever host's rounds are in it. */
export function hostsOf(results: Results, measured: readonly MeasuredPoint[]): HostsAnalysis | null {
  const { header, hosts, rounds } = results;
  if (header.fleet === undefined || hosts.length === 0) return null;
  const floors = floorsOf(measured);
  const points = measured.map(({ facts }): PointByHost => {
    const { index, tracker, scheme, memoryBytes, pagesPerEpoch, ioFrequency } = facts;
    const samples = samplesOf(results, index);
    const { floor } = onFloor(facts, floors);
    const floorSamples = floor === null ? [] : samplesOf(results, floor.index);
    return {
      ...settingOf(facts),
      ...{ index, tracker, scheme, memoryBytes, pagesPerEpoch, ioFrequency },
      byHost: samples.map(({ values, ...sample }) => ({
        ...sample,
        rounds: values.length,
        withinFloor: roleOf(tracker) === 'floor' || isWithin(sample, floorSamples),
      })),
      spread: spreadOf(samples.map(({ values }) => values)),
    };
  });
  return {
    sharing: header.fleet.hosts,
    shown: isByHost(results) ? (hosts[0]?.name ?? null) : null,
    hosts: hosts.map((host) => factsOf(host, rounds)),
    points,
  };
}

/** The rounds of a point on one host, in nanoseconds, and their median. */
interface Sample extends Duration {
  readonly host: string;
  readonly values: readonly number[];
}

function samplesOf({ hosts, rounds }: Results, index: number): Sample[] {
  const here = rounds.filter((round) => round.point === index && !round.twin);
  return hosts.flatMap(({ name }) => {
    const values = here.filter(({ host }) => host === name).map(({ collect }) => collect.medianNs);
    return values.length === 0 ? [] : [{ host: name, values, ...durationOf(bootstrapMedian(values, 1 + index)) }];
  });
}

/** Whether a collect cannot be told from the floor that the same host measured. */
function isWithin({ host, lowNs }: Pick<Sample, 'host' | 'lowNs'>, floors: readonly Sample[]): boolean {
  return floors.some((floor) => floor.host === host && lowNs <= floor.highNs);
}

function factsOf({ name, labels, environment, version }: Host, rounds: readonly Round[]): HostFacts {
  const own = rounds.filter(({ host }) => host === name);
  return { name, labels, environment, version, rounds: own.length, beside: own.some(({ beside }) => beside) };
}

/**
 * The parts of variance of a one-way layout with random hosts (the method of moments): the mean square within hosts, and what the
 * mean square between them has beyond it. Samples may be of different sizes; each has at least one value, in
 * nanoseconds. Below one nanosecond nothing can be told: what is less counts as one.
 */
export function spreadOf(samples: readonly (readonly number[])[]): Spread {
  const logs = samples.map((values) => values.map((value) => Math.log(Math.max(1, value))));
  const all = logs.flat();
  const freedom = all.length - logs.length;
  if (freedom === 0) return { within: null, between: null };
  const within = sum(logs.map((values) => squaresAround(mean(values), values))) / freedom;
  if (logs.length < 2) return { within: Math.sqrt(within), between: null };
  const grand = mean(all);
  const between = sum(logs.map((values) => values.length * (mean(values) - grand) ** 2)) / (logs.length - 1);
  // How many rounds a host has, as it counts where hosts have more and fewer.
  const size = (all.length - sum(logs.map(({ length }) => length ** 2)) / all.length) / (logs.length - 1);
  return { within: Math.sqrt(within), between: Math.sqrt(Math.max(0, between - within) / size) };
}

function squaresAround(middle: number, values: readonly number[]): number {
  return sum(values.map((value) => (value - middle) ** 2));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
