import { catalogue, type TrackerNameOn } from '../catalogue.js';
import type { SoftwareTrackerKind } from '../kind.js';
import { LibraryRoaring, roaring } from './library-roaring.js';
import { LibrarySet } from './library-set.js';
import { LibrarySparseSet, sparseSet } from './library-sparse-set.js';
import { LibraryTypedFastBitSet, typedFastBitSet } from './library-typedfastbitset.js';

/** Trackers made of what JavaScript and npm have for sets of numbers: what one would use instead. */
export const libraryTrackers = {
  'library-set': {
    ...catalogue['library-set'],
    bytes: () => 0,
    create: () => new LibrarySet(),
  },
  'library-sparse-set': {
    ...catalogue['library-sparse-set'],
    missing: () => sparseSet.missing(),
    bytes: (pages) => LibrarySparseSet.bytes(pages),
    create: (pages) => new LibrarySparseSet(pages),
  },
  'library-typedfastbitset': {
    ...catalogue['library-typedfastbitset'],
    missing: () => typedFastBitSet.missing(),
    bytes: (pages) => LibraryTypedFastBitSet.bytes(pages),
    create: (pages) => new LibraryTypedFastBitSet(pages),
  },
  'library-roaring': {
    ...catalogue['library-roaring'],
    missing: () => roaring.missing(),
    bytes: () => 0,
    create: () => new LibraryRoaring(),
  },
} satisfies Partial<Record<TrackerNameOn<'simulated'>, SoftwareTrackerKind>>;
