import { otherBackings } from '../../base/backing.js';
import { knownFacts, trackerNames } from '../../trackers/catalogue.js';
import type { Dash, Shape } from '../../trackers/facts.js';
import { partsOf } from '../analysis/scheme.js';
import { derivedScan, hereUnsynchronised, noDetection, paperScan, paperUnsynchronised } from '../order.js';

/** How one tracker, or another line, is drawn in every chart: as the facts of a tracker say it, with dashes in pixels. */
export interface Look {
  readonly colour: string;
  /** Lengths of dash and gap in pixels; a second way to tell lines apart that lie on one another. */
  readonly dash: readonly number[];
  readonly shape: Shape;
}

const solid: readonly number[] = [];
const dashed = [8, 4];
const dotted = [2, 3];
const dashDot = [9, 3, 2, 3];
const longDashed = [14, 4];

const pixels: Readonly<Record<Dash, readonly number[]>> = {
  solid,
  dashed,
  dotted,
  'dash-dot': dashDot,
  'long-dashed': longDashed,
};

function look(colour: string, dash: readonly number[], shape: Shape): Look {
  return { colour, dash, shape };
}

const trackerLooks = trackerNames.flatMap((name): [string, Look][] => {
  const given = knownFacts(name)?.look;
  return given === undefined ? [] : [[name, { ...given, dash: pixels[given.dash] }]];
});

/** Trackers, then what the paper printed and what follows from it. */
const looks: Readonly<Record<string, Look>> = {
  ...Object.fromEntries(trackerLooks),
  [paperScan]: look('#1f2328', solid, 'diamond'),
  [derivedScan]: look('#1f2328', solid, 'diamond'),
  [noDetection]: look('#59636e', dashDot, 'circle'),
  [paperUnsynchronised]: look('#1f2328', dashed, 'square'),
  [hereUnsynchronised]: look('#0d8a8a', dashed, 'circle'),
};

/** What a tracker without a look of its own is drawn in: none of the colours and dashes above. */
const fallback = {
  colours: [
    '#a05a7c',
    '#3d8a8a',
    '#91703a',
    '#56606b',
    '#7a5bb0',
    '#4f8f4f',
    '#b0553f',
    '#3f6fb0',
    '#8f3f6f',
    '#6f6f2f',
    '#2f8f6f',
    '#b07f9f',
  ],
  dashes: [
    [16, 4, 4, 4],
    [5, 5],
    [1, 6],
    [10, 3, 2, 3, 2, 3],
  ],
  shapes: [
    'circle',
    'square',
    'diamond',
    'triangle-up',
    'triangle-down',
    'triangle-left',
    'triangle-right',
    'cross',
  ] satisfies Shape[],
};

/** Every colour that a tracker is drawn in, whether it has a look of its own or not. */
export const colours: readonly string[] = [
  ...new Set([...Object.values(looks).map(({ colour }) => colour), ...fallback.colours]),
];

/** Of the sizes of a ring or a chunk, by their power of two: seven in a row look different, whichever of these the tracker has itself. */
const sizeDashes = [dashed, dotted, dashDot, longDashed, ...fallback.dashes];

const backings: readonly string[] = otherBackings;
/** One more than there are backings: the tracker may have one of these itself. */
const backingShapes: readonly Shape[] = ['square', 'diamond', 'triangle-up', 'cross'];

/**
 * The look of a scheme: its tracker's. The size of a ring or a chunk in its name (`dirty-ring 4096`) gives it another dash, a backing
 * another shape. A tracker without a look of its own gets one by its name, the same in every report, with a colour and a dash that no
 * tracker with a look of its own has.
 */
export function lookOf(scheme: string): Look {
  const { tracker, ringEntries, clearChunkBytes, backing } = partsOf(scheme);
  const { colour, dash, shape } = (hasOwnLook(tracker) ? looks[tracker] : undefined) ?? fallbackLook(tracker);
  const size = ringEntries ?? clearChunkBytes ?? null;
  return look(
    colour,
    size === null ? dash : pick(without(sizeDashes, dash), Math.round(Math.log2(size))),
    backing === undefined ? shape : pick(without(backingShapes, shape), backings.indexOf(backing)),
  );
}

/** Whether a tracker has a look of its own, and so a place of its own in legends and tables. */
export function hasOwnLook(tracker: string): boolean {
  return Object.hasOwn(looks, tracker);
}

function without<T>(all: readonly T[], one: T): T[] {
  return all.filter((each) => each !== one);
}

function fallbackLook(tracker: string): Look {
  const { colours, dashes, shapes } = fallback;
  const number = hash(tracker);
  const beyondColour = Math.floor(number / colours.length);
  const beyondDash = Math.floor(beyondColour / dashes.length);
  return look(pick(colours, number), pick(dashes, beyondColour), pick(shapes, beyondDash));
}

function pick<T>(from: readonly T[], number: number): T {
  return from[number % from.length] as T;
}

function hash(name: string): number {
  return [...name].reduce((sum, letter) => (sum * 31 + (letter.codePointAt(0) ?? 0)) % 1_000_003, 0);
}
