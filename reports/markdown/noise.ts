import { median } from 'simple-statistics';
import type { IsolationReason } from '../../results/schema.js';
import type { SoakedComparisons } from '../../results/soak.js';
import type { Analysis } from '../analysis/analysis.js';
import { formatShare, formatTime } from '../units.js';
import { brackets, code, nothing, withInterval } from './prose.js';
import { blocks, type Section } from './section.js';
import { toMarkdown } from './table.js';

/** The section that says below what no figure counts, and how trackers were kept apart. */
export const noiseSection: Section = {
  heading: 'Floor, noise and isolation',
  needs: 'a finished round',
  write: ({ analysis, soaked = [] }) =>
    blocks([floor(analysis), pair(analysis), ...soaked.map(comparisons), isolation(analysis)]),
};

function floor({ floor }: Analysis): string {
  if (floor.length === 0) {
    return '**Floor:** not measured: the sweep has no null tracker, so the timer and the loop are in every figure.';
  }
  const guests = [...new Set(floor.map((each) => each.guest))].map((guest) => {
    const medians = floor.filter((each) => each.guest === guest).map((each) => each.medianNs);
    const ends = [Math.min(...medians), Math.max(...medians)].map(formatTime);
    return `${[...new Set(ends)].join(' to ')} on the ${guest} guest`;
  });
  return (
    `**Floor:** a tracker that finds nothing takes ${guests.join('; ')}: the timer, the loop, and on a real guest a kernel call. A collect whose interval ` +
    'meets that of its floor is printed as “within the floor”, never as a figure.'
  );
}

function pair({ noise, points }: Analysis): string {
  if (noise.kind === 'absent') return `**Noise:** not known: ${noise.why}.`;
  const point = points.find((each) => each.index === noise.index);
  return (
    `**Noise:** ${point === undefined ? 'one point' : code(point.scheme)} was measured twice under the same conditions (the ` +
    `A/A pair, ${noise.rounds} rounds each): the second differs by ${withInterval(noise.difference, formatShare)}` +
    `${brackets([noise.difference])}. What differs by no more than ${formatShare(noise.share)}, or with intervals that overlap, is ` +
    'called a tie.'
  );
}

/** What a comparison is to be believed, by how often it was wrong where the truth was known. */
function comparisons({
  way,
  comparisons: made,
  pairs,
  slower,
  faster,
  slowed,
  slowdown,
  slowedFound,
  cpu,
  cores,
}: SoakedComparisons): string {
  const how =
    way === 'by turns'
      ? 'by turns in one run (`measure --against`)'
      : 'in two runs, one after the other (`compare BASE NEW`)';
  const found =
    slowed === 0
      ? ''
      : ` Of ${slowed} that were made to take ${slowdown} times as long on purpose, ${slowedFound} were called slower.`;
  const where = cpu === undefined ? '' : ` on ${cores} cores (${cpu})`;
  return (
    `**What to believe of a comparison:** the same build was measured against itself ${made} times, ${how}${where}: of ${pairs} pairs ` +
    `${slower + faster} were called slower or faster, which nothing was.${found}`
  );
}

function isolation({ isolation, unchecked = [], hosts }: Analysis): string {
  if (hosts?.hosts.some(({ beside }) => beside)) {
    return '**Isolation:** each host measured one round at a time, but some had another worker on the same machine: see Hosts.';
  }
  const besides = `beside others, and it was not checked whether they take the same alone: ${unchecked.map(code).join(', ')}.`;
  if (isolation.length === 0) {
    return unchecked.length > 0
      ? `**Isolation:** rounds of these trackers were measured ${besides}`
      : '**Isolation:** one round was measured at a time, with nothing of this run beside it.';
  }
  const workers = Math.max(...isolation.map((each) => each.workers));
  const alone = isolation.filter(({ measured }) => measured === 'alone');
  const text =
    `**Isolation:** up to ${workers} rounds were measured at once, each in a process of its own, of ${isolation.length - alone.length} ` +
    `trackers out of ${isolation.length}; the others had the machine for themselves, with the other cores idle, so that waking ` +
    'a core is part of what a tracker with threads takes. Each tracker is held against itself at its largest point, alone and ' +
    'beside others, in rounds spread over the run: what differs by more than a tenth, and by more than its rounds among ' +
    'themselves, or by more than half, is measured alone.' +
    (unchecked.length > 0 ? ` Others were measured ${besides}` : '');
  const table = toMarkdown({
    of: 'words',
    header: ['tracker', 'alone', 'beside others', 'difference', 'measured', 'because'],
    rows: isolation.map(({ tracker, aloneNs, besideNs, measured, why }) => [
      code(tracker),
      medianTime(aloneNs),
      medianTime(besideNs),
      besideNs.length === 0 || aloneNs.length === 0 ? nothing : formatShare(median(besideNs) / median(aloneNs) - 1),
      measured,
      reasons[why],
    ]),
  });
  return `${text}\n\n${table}`;
}

function medianTime(ns: number[]): string {
  return ns.length === 0 ? nothing : formatTime(median(ns));
}

const reasons: Record<IsolationReason, string> = {
  'own threads': 'it has threads of its own',
  'not checked': 'it has too few rounds to be worth a check, or the point for it was given up',
  differs: 'it differs beside others, beyond what its rounds differ by',
  'run differs': 'its guest takes another time beside others, beyond what its rounds differ by',
  same: 'no difference beyond what its rounds differ by',
};
