import type { SoftwareTrackerKind } from './kind.js';
import { LibraryRoaring, roaring } from './library-roaring.js';
import { LibrarySet } from './library-set.js';
import { LibrarySparseSet, sparseSet } from './library-sparse-set.js';
import { LibraryTypedFastBitSet, typedFastBitSet } from './library-typedfastbitset.js';

export const libraryTrackerNames = [
  'library-set',
  'library-sparse-set',
  'library-typedfastbitset',
  'library-roaring',
] as const;

export type LibraryTrackerName = (typeof libraryTrackerNames)[number];

/** Trackers made of what JavaScript and npm have for sets of numbers: what one would use instead. */
export const libraryTrackers: Record<LibraryTrackerName, SoftwareTrackerKind> = {
  'library-set': {
    guest: 'simulated',
    summary: "JavaScript's own Set of page numbers",
    usedBy: 'programs that have no need of speed',
    bytes: () => 0,
    create: () => new LibrarySet(),
  },
  'library-sparse-set': {
    guest: 'simulated',
    summary: 'the sparse set of the package mnemonist: a list of pages, and where in the list each is',
    usedBy: 'users of mnemonist',
    missing: () => sparseSet.missing(),
    bytes: (pages) => LibrarySparseSet.bytes(pages),
    create: (pages) => new LibrarySparseSet(pages),
  },
  'library-typedfastbitset': {
    guest: 'simulated',
    summary: 'one bit a page, every word looked at, by the package typedfastbitset',
    usedBy: 'users of typedfastbitset',
    missing: () => typedFastBitSet.missing(),
    bytes: (pages) => LibraryTypedFastBitSet.bytes(pages),
    create: (pages) => new LibraryTypedFastBitSet(pages),
  },
  'library-roaring': {
    guest: 'simulated',
    summary: 'a compressed bitmap, by the package roaring-wasm (CRoaring)',
    usedBy: 'users of Roaring bitmaps',
    missing: () => roaring.missing(),
    bytes: () => 0,
    create: () => new LibraryRoaring(),
  },
};
