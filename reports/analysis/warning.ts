import { formatSize } from '../../base/size.js';
import type { Results } from '../../results/schema.js';
import { formatShare } from '../units.js';
import { roundsForFinding } from './coverage.js';
import type { Absent } from './estimate.js';
import type { Noise } from './noise.js';
import type { AnalysedPoint } from './point.js';
import { roundsAsked } from './run.js';

/** What can make the figures worth less than they look. */
export interface Warning {
  readonly kind: WarningKind;
  /** What was seen, with the numbers. */
  readonly text: string;
  /** What the user can do about it. */
  readonly remedy: string;
}

/** Every kind of warning, in the order they are shown. */
export const warningKinds = [
  'file',
  'wrong set',
  'missing rounds',
  'governor',
  'load',
  'noise',
  'few rounds',
  'wide interval',
  'severe outliers',
  'floor missing',
  'unavailable',
] as const;

/** A kind of warning. */
export type WarningKind = (typeof warningKinds)[number];

interface Facts {
  readonly results: Results;
  readonly points: readonly AnalysedPoint[];
  readonly noise: Noise | Absent;
}

/** Load for each core above which others are taken to have been at work. */
const busyLoad = 0.5;
/** Difference of the A/A pair above which a warning is due. */
const largeNoise = 0.05;
/** Width of an interval over its median. */
const wide = 0.2;
/** Share of a point's epochs. */
const manySevere = 0.05;

/** For each kind, what there is to warn of. */
const checks: Record<WarningKind, (facts: Facts) => Omit<Warning, 'kind'>[]> = {
  file: ({ results }) =>
    results.warnings.map((text) => ({ text, remedy: 'Run the same command again: what was lost is measured again.' })),

  'missing rounds': ({ results }) => {
    const { header, rounds } = results;
    const asked = roundsAsked(results);
    const missing = asked - rounds.length;
    if (missing <= 0) return [];
    const points = header.points.length - new Set(rounds.map(({ point }) => point)).size;
    const whole = points === 0 ? '' : `; ${count(points, 'point')} of ${header.points.length} have none`;
    return [
      {
        text: `The run is not finished: ${missing} of ${asked} rounds are missing${whole}.`,
        remedy: 'Run the same command with the same results file again: it goes on where it stopped.',
      },
    ];
  },

  'wrong set': ({ results }) =>
    results.wrongSets.map(({ message }) => ({
      text: `A tracker answered with the wrong pages, and its figures at that point are not to be trusted: ${message}.`,
      remedy: 'It is a fault of the tracker, or of the kernel that it asks: report it with this line.',
    })),

  governor: ({ results }) => {
    const { governor } = results.header.environment;
    if (governor === null || governor === 'performance') return [];
    return [
      {
        text: `The CPU frequency governor is '${governor}', so the clock changes while measuring.`,
        remedy: 'Set it before measuring: cpupower frequency-set -g performance',
      },
    ];
  },

  load: ({ results }) => {
    const { load, environment } = results.header;
    if (load <= busyLoad * environment.cores) return [];
    return [
      {
        text: `The load was ${load.toFixed(2)} on ${count(environment.cores, 'core')} when the run began: others were at work.`,
        remedy: 'Measure on an idle machine, or wait until the load has gone down.',
      },
    ];
  },

  noise: ({ results, noise }) => {
    if (noise.kind === 'measured' && noise.share <= largeNoise) return [];
    if (noise.kind === 'absent') {
      return [
        {
          text: `The noise is not known: ${noise.why}.`,
          // Every sweep has an A/A pair; only a host of a fleet may be without, where it lacks what that point takes.
          remedy:
            results.header.twin === null
              ? 'This host cannot measure the A/A pair: report one of the fleet that can (--host).'
              : 'Let the run finish; if it has, measure more pages per epoch.',
        },
      ];
    }
    const { value, low, high } = noise.difference;
    return [
      {
        text: `The same point measured twice differs by ${formatShare(value)} (${formatShare(low)} to ${formatShare(high)}).`,
        remedy: 'Close other programs, use fewer workers, or measure more rounds.',
      },
    ];
  },

  'few rounds': ({ points }) => {
    const few = points.filter(({ rounds }) => rounds < roundsForFinding);
    if (few.length === 0) return [];
    const fewest = Math.min(...few.map(({ rounds }) => rounds));
    return [
      {
        text:
          `${count(few.length, 'point')} of ${points.length} had fewer than ${roundsForFinding} rounds (the fewest: ${fewest}): ` +
          `${fewest === 1 ? 'one round has no interval, and ' : ''}no verdict rests on so few.`,
        remedy: `Measure with --rounds ${roundsForFinding} or more.`,
      },
    ];
  },

  'wide interval': ({ points }) => {
    const widths = points
      .filter(({ withinFloor }) => !withinFloor)
      .map((point) => ({ point, width: widthOf(point) }))
      .filter(({ width }) => width > wide)
      .sort((a, b) => b.width - a.width);
    const [widest] = widths;
    if (widest === undefined) return [];
    return [
      {
        text:
          `The interval of ${count(widths.length, 'point')} of ${points.length} is wider than ${formatShare(wide)} of its median; ` +
          `the widest is ${formatShare(widest.width)} (${nameOf(widest.point)}).`,
        remedy: 'Measure more rounds, or on a quieter machine.',
      },
    ];
  },

  'severe outliers': ({ points }) => {
    const severe = points
      .filter(({ withinFloor }) => !withinFloor)
      .map((point) => ({ point, share: severeShare(point) }))
      .filter(({ share }) => share > manySevere)
      .sort((a, b) => b.share - a.share);
    const [worst] = severe;
    if (worst === undefined) return [];
    return [
      {
        text:
          `In ${count(severe.length, 'point')} of ${points.length} more than ${formatShare(manySevere)} of the epochs are severe ` +
          `outliers; the most are ${formatShare(worst.share)} (${nameOf(worst.point)}). They are kept.`,
        remedy: 'Something else ran at times: close other programs, and look at p99 beside the median.',
      },
    ];
  },

  'floor missing': ({ points }) => {
    const guests = new Set(points.filter(({ floor }) => floor === null).map(({ guest }) => guest));
    return [...guests].map((guest) => ({
      text: `No null tracker was measured on guest '${guest}', so what the timer and the loop cost there is not known.`,
      remedy: 'Run the same command again: every sweep has one, and what is missing is measured.',
    }));
  },

  unavailable: ({ results }) =>
    results.header.unavailable.map(({ tracker, backing, why, remedy }) => ({
      text: `${tracker} was not measured${backing === undefined ? '' : ` with backing '${backing}'`}: ${why}.`,
      remedy,
    })),
};

/** Everything there is to warn of, by kind. */
export function warningsOf(facts: Facts): Warning[] {
  return warningKinds.flatMap((kind) => checks[kind](facts).map((warning) => ({ kind, ...warning })));
}

function widthOf({ collect }: AnalysedPoint): number {
  return (collect.highNs - collect.lowNs) / Math.max(1, collect.medianNs);
}

function severeShare({ collect }: AnalysedPoint): number {
  const { lowSevere, highSevere, of } = collect.epochOutliers;
  return (lowSevere + highSevere) / of;
}

function nameOf({ scheme, workload, memoryBytes, cache }: AnalysedPoint): string {
  return `${scheme}, ${workload}, ${formatSize(memoryBytes)}, ${cache}`;
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}
