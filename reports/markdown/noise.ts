import type { Analysis } from '../analysis/analysis.js';
import { formatShare, formatTime } from '../units.js';
import { code, listed } from './prose.js';
import { blocks, type Section } from './section.js';

export const noiseSection: Section = {
  heading: 'Floor, noise and interference',
  needs: 'a finished round',
  write: ({ analysis }) => blocks([floor(analysis), pair(analysis), interference(analysis)]),
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
  const { value, low, high } = noise.difference;
  return (
    `**Noise:** ${point === undefined ? 'one point' : code(point.scheme)} was measured twice under the same conditions (the ` +
    `A/A pair, ${noise.rounds} rounds each): the second differs by ${formatShare(value)} (${formatShare(low)} to ` +
    `${formatShare(high)}). What differs by no more than ${formatShare(noise.share)}, or with intervals that overlap, is ` +
    'called a tie.'
  );
}

function interference({ interference }: Analysis): string {
  if (interference.length === 0) return '**Interference:** one worker measured at a time, so none disturbed another.';
  return interference
    .map(({ aloneNs, tried, workers }) => {
      const busy = tried.map((each) => `${formatShare(each.inflation)} with ${each.workers} workers busy`);
      return (
        `**Interference:** a control point takes ${formatTime(aloneNs)} alone, and differs from that by ${listed(busy)}; ` +
        `the run used ${workers}.`
      );
    })
    .join('\n\n');
}
