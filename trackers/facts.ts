import type { Exactness } from '../base/exactness.js';

/**
 * How trackers find pages: from one flag a page, one bit a page, a queue of any length, a ring or log of finite room, the
 * entries of the page table, a set of numbers, or none of these ways.
 */
export const families = ['flags', 'bitmap', 'queue', 'ring', 'page table', 'set', 'none'] as const;

/** How a tracker finds pages; see `families`. */
export type Family = (typeof families)[number];

/**
 * What a tracker is to those who compare: only schemes are compared with one another. A floor finds nothing and costs what
 * measuring costs; a limit finds nothing and does what the machine can do at best; a library is what one would use instead.
 */
export type Role = 'scheme' | 'library' | 'limit' | 'floor';

/** What a tracker cannot do without in a collect, whoever writes it: what it is held against. */
export type Duty =
  /** To read so many bytes for each page of memory. */
  | { readonly kind: 'read'; readonly bytesPerPage: number }
  /** To reach one place in memory for each dirty page. */
  | { readonly kind: 'touch' };

/**
 * Bytes that a tracker needs for a guest of so many pages: of this process, and page tables that it makes the kernel add; what else
 * the kernel keeps is not in it.
 */
export interface Room {
  readonly perPage: number;
  /** For each of the next power of two of pages, beside that; absent: nothing goes by that. */
  readonly perRoundedPage?: number;
  /** Whatever the guest's size; of one with threads, for as many as it can have. */
  readonly fixed: number;
}

/** How a line is broken. */
export type Dash = 'solid' | 'dashed' | 'dotted' | 'dash-dot' | 'long-dashed';

/** How a point is marked. */
export type Shape =
  | 'circle'
  | 'square'
  | 'diamond'
  | 'triangle-up'
  | 'triangle-down'
  | 'triangle-left'
  | 'triangle-right'
  | 'cross';

/** How a tracker is drawn, in every chart. */
export interface Look {
  /** As `#c8321f`. The hue is the family's: reds read flags, blues bitmaps, greens are queues, purples rings. */
  readonly colour: string;
  /** A second way to tell lines apart that lie on one another. */
  readonly dash: Dash;
  readonly shape: Shape;
}

/** What is to be said of a tracker, without what makes it: plain data, which results files and reports carry. */
export interface TrackerFacts {
  /** The kind of guest that it runs on. */
  readonly guest: 'simulated' | 'kvm' | 'process';
  /** What it is, in a line. */
  readonly summary: string;
  /** Who uses this scheme. */
  readonly usedBy: string;
  /** Absent: it is of none of the families. */
  readonly family?: Family;
  /** Absent: a scheme. */
  readonly role?: Role;
  /** What its answer is beside the pages written. Absent: exact. */
  readonly exactness?: Exactness;
  /** Absent: it is held against no limit of the machine. */
  readonly duty?: Duty;
  /** What it needs, to within a hundredth, for those who cannot make one: `bytes` of its kind is exact. Absent: not told. */
  readonly room?: Room;
  /** Absent: a colour, a dash and a shape made from its name. */
  readonly look?: Look;
  /** The tracker has a ring, whose size `ringEntries` sets. */
  readonly takesRing?: true;
  /** The tracker clears its log in chunks, whose size `clearChunkBytes` sets. */
  readonly clearsInChunks?: true;
  /** The tracker has threads of its own, or waits for another: it is measured with nothing beside it. */
  readonly exclusive?: true;
  /** A collect is right only while the guest stands still: what is written in the middle of it is lost. */
  readonly onlyStopped?: true;
  /** A collect forgets what any guest of the process has written: of guests in one process, each would lose pages. */
  readonly wholeProcess?: true;
  /** Several vCPUs can mark at once: what is created has `sharing`. */
  readonly concurrent?: true;
  /**
   * Nanoseconds of a collect for each page of guest memory, in the order of magnitude: for the time that a plan tells, never
   * for a figure. Absent: a collect does not grow with memory, or hardly.
   */
  readonly nsPerPage?: number;
  /** Nanoseconds that it adds to each page that a guest writes, likewise: the fault by which it learns of it. */
  readonly nsPerWrite?: number;
}

/** Whether a tracker is there to find nothing: what is measured with it is a floor under the others, or a limit to them. */
export function findsNothing({ role }: Pick<TrackerFacts, 'role'>): boolean {
  return role === 'floor' || role === 'limit';
}
