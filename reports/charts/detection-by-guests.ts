import { type Arrangement, type Neighbours, neighboursIn } from '../analysis/neighbours.js';
import { describeSetting } from '../slice.js';
import { formatCount, formatMemory } from '../units.js';
import { atLeastOne, guestsAxis, timeAxis } from './axis.js';
import type { Chart } from './chart.js';
import { lineChart } from './lines.js';

const where: Record<Arrangement, string> = {
  'own processes': 'each guest in a process of its own',
  'one process': 'all guests in one process',
};

/** Detection against the number of guests that write and are collected at once. */
function detectionByGuests(arrangement: Arrangement): Chart {
  return {
    alt: `Detection time against guests on the host, ${where[arrangement]}, one line for each tracker, both axes logarithmic`,
    howToRead:
      'Each line is a collect of one guest while the others write and are collected too. A line that rises waits for them: for ' +
      'locks and TLB shootdowns, or, with more guests than cores, for a core. Bars are intervals over rounds; a hollow mark cannot ' +
      'be distinguished from the floor.',
    of: 'each guest',
    draw({ points, run }, guest) {
      const ofGuest = points.filter((point) => point.guest === guest);
      const lines = likeFirst(neighboursIn(ofGuest, arrangement).filter((line) => line.length > 1));
      const [first] = lines[0] ?? [];
      if (first === undefined) return null;
      return lineChart({
        rows: lines.flat().map(({ scheme, guests = 1, collect, withinFloor }) => ({
          ...{ scheme, x: guests, y: atLeastOne(collect.medianNs), withinFloor },
          ...{ low: atLeastOne(collect.lowNs), high: atLeastOne(collect.highNs) },
        })),
        floor: [],
        title: `Detection beside other guests, ${where[arrangement]}`,
        subtitle: [
          `${guest} guests of ${formatMemory(first.memoryBytes)}, ${formatCount(first.pagesPerEpoch)} pages per epoch; lower is better`,
          `median of a collect with its interval; ${describeSetting({ ...first, guests: undefined })}; ${run.environment.cores} cores`,
        ],
        x: guestsAxis(),
        y: timeAxis('time of a collect'),
        points: 'measured',
      });
    },
  };
}

/** Those that differ from the first in their scheme alone. */
function likeFirst(lines: readonly Neighbours[]): Neighbours[] {
  const like = lines[0]?.[0];
  return lines.filter(
    ([point]) =>
      point?.memoryBytes === like?.memoryBytes &&
      point?.pagesPerEpoch === like?.pagesPerEpoch &&
      point?.workload === like?.workload &&
      point?.cache === like?.cache &&
      point?.vcpus === like?.vcpus &&
      point?.epochs === like?.epochs,
  );
}

/** Guests in processes of their own. */
export const guestsApart = detectionByGuests('own processes');
/** Guests in one process. */
export const guestsTogether = detectionByGuests('one process');
