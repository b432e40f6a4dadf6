/** How one tracker is drawn, in every chart. */
export interface Look {
  /** The hue says how pages are found: reds scan flags, blues bitmaps, greens are queues, purples rings. */
  readonly colour: string;
  /** Lengths of dash and gap in pixels; a second way to tell lines apart that lie on one another. */
  readonly dash: readonly number[];
  readonly shape: Shape;
}

type Shape =
  | 'circle'
  | 'square'
  | 'diamond'
  | 'triangle-up'
  | 'triangle-down'
  | 'triangle-left'
  | 'triangle-right'
  | 'cross';

const solid: readonly number[] = [];
const dashed = [8, 4];
const dotted = [2, 3];
const dashDot = [9, 3, 2, 3];
const longDashed = [14, 4];

function look(colour: string, dash: readonly number[], shape: Shape): Look {
  return { colour, dash, shape };
}

/** The paper's synchronised row, as a line. */
export const paperScan = 'paper: full scan';
/** What follows from it if detection cost nothing, as a line. */
const noDetection = 'derived: no detection';
/** What a collect of the paper's scan took, as it follows from its table, as a line. */
export const derivedScan = 'derived: paper’s scan';

/** Guests that nothing synchronises: the paper's, and the one measured here. */
export const paperUnsynchronised = 'paper: not synchronised';
export const hereUnsynchronised = 'here: not synchronised';

/** In the order of legends and tables: by family, the conventional way first. */
const looks: Readonly<Record<string, Look>> = {
  // Scans of one flag a page.
  'flag-scan': look('#c8321f', solid, 'square'),
  'flag-scan-words': look('#f08a00', solid, 'diamond'),
  'flag-scan-simd': look('#7f1d10', dashed, 'triangle-up'),
  // Bitmaps.
  'bitmap-scan': look('#0b5cad', solid, 'cross'),
  'hierarchical-bitmap': look('#3fa9e8', solid, 'triangle-up'),
  'bitmap-scan-simd': look('#0a2f66', dashed, 'diamond'),
  'bitmap-scan-parallel': look('#6f8fd6', dashDot, 'diamond'),
  'atomic-bitmap': look('#2f7f9e', dotted, 'circle'),
  // Queues.
  'flag-queue': look('#009e73', solid, 'circle'),
  'atomic-flag-queue': look('#00523b', dashed, 'circle'),
  // Rings and logs with finite room.
  'dirty-ring': look('#c04fa0', dashed, 'triangle-down'),
  'pml-buffer': look('#4b1d68', dotted, 'cross'),
  'per-vcpu-rings': look('#e39ad0', dashDot, 'circle'),
  // The kernel's own.
  'kvm-flags': look('#d9573f', dashed, 'square'),
  'kvm-bitmap': look('#2b3fa8', dashed, 'cross'),
  'kvm-bitmap-clear': look('#7fa6b8', dashed, 'triangle-right'),
  'kvm-bitmap-initially-set': look('#4d7f96', dotted, 'triangle-left'),
  'kvm-ring': look('#9b3fb5', solid, 'triangle-down'),
  'pagemap-scan': look('#6b7d12', dotted, 'triangle-down'),
  'pagemap-read': look('#8a5a2b', solid, 'triangle-right'),
  'soft-dirty': look('#b59a2a', dashDot, 'triangle-up'),
  'uffd-queue': look('#74b72e', dashDot, 'triangle-down'),
  'pagemap-anon': look('#c2693d', dashed, 'triangle-left'),
  mincore: look('#5c7f3a', solid, 'triangle-left'),
  // Sets from libraries.
  'library-set': look('#4b5563', dotted, 'square'),
  'library-typedfastbitset': look('#7c8796', dotted, 'diamond'),
  'library-roaring': look('#374b6b', dashDot, 'square'),
  'library-sparse-set': look('#5f7a6c', dotted, 'triangle-up'),
  // What is not a tracker: limits, the floors, and what the paper printed and what follows from it.
  'limit-read': look('#5d6f91', dashDot, 'triangle-right'),
  'limit-touch': look('#b8860b', dashDot, 'cross'),
  null: look('#8b949e', dotted, 'triangle-right'),
  'kvm-null': look('#a9b1b9', longDashed, 'triangle-right'),
  'process-null': look('#a58fa0', longDashed, 'triangle-left'),
  [paperScan]: look('#1f2328', solid, 'diamond'),
  [derivedScan]: look('#1f2328', solid, 'diamond'),
  [noDetection]: look('#59636e', dashDot, 'circle'),
  [paperUnsynchronised]: look('#1f2328', dashed, 'square'),
  [hereUnsynchronised]: look('#0d8a8a', dashed, 'circle'),
};

/** Every colour that a known tracker is drawn in. */
export const colours: readonly string[] = [...new Set(Object.values(looks).map(({ colour }) => colour))];

const order: ReadonlyMap<string, number> = new Map(Object.keys(looks).map((name, index) => [name, index]));

const dashes = [dashed, dotted, dashDot];
const shapes = ['square', 'diamond', 'triangle-up', 'cross', 'circle', 'triangle-down'] as const;

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

/**
 * The look of a scheme: its tracker's; where the scheme names a ring's size too (`dirty-ring 4096`), its colour in
 * another dash and shape for each power of two. A tracker without a look of its own gets one by its name, the same in every
 * report, with a colour and a dash that no tracker with a look of its own has.
 */
export function lookOf(scheme: string): Look {
  const { tracker, entries, backing } = parts(scheme);
  const own = (hasOwnLook(tracker) ? looks[tracker] : undefined) ?? fallbackLook(tracker);
  if (entries === null && backing === 0) return own;
  return ringLook((entries === null ? 0 : Math.round(Math.log2(entries))) + backing, own.colour);
}

/** Whether a tracker has a look of its own, and so a place of its own in legends and tables. */
export function hasOwnLook(tracker: string): boolean {
  return Object.hasOwn(looks, tracker);
}

/** Backings that a scheme may name, each drawn in a dash and shape further on. */
const backings = ['4k', 'thp', 'hugetlb'];

/** A tracker's name, the size of its ring where the scheme names one, and the number of its backing. */
function parts(scheme: string): {
  readonly tracker: string;
  readonly entries: number | null;
  readonly backing: number;
} {
  const [, tracker = scheme, entries, backing = '4k'] = /^(.*?)(?: (\d+))?(?: (thp|hugetlb))?$/.exec(scheme) ?? [];
  return { tracker, entries: entries === undefined ? null : Number(entries), backing: backings.indexOf(backing) };
}

function ringLook(number: number, colour: string): Look {
  return look(colour, pick(dashes, number), pick(shapes, number));
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

const byName = new Intl.Collator('en', { numeric: true });

/** The distinct schemes in the order of legends and tables; those without a look of their own come last, by name. */
export function inOrder(schemes: Iterable<string>): string[] {
  const rank = (scheme: string) => order.get(parts(scheme).tracker) ?? order.size;
  return [...new Set(schemes)].sort((a, b) => rank(a) - rank(b) || byName.compare(a, b));
}
