/** What a scheme allocates for a guest of so many pages: so many bytes a page, and some whatever the guest's size. */
interface Room {
  readonly perPage: number;
  readonly fixed: number;
}

const simdFixed = 2 ** 18;

/** The schemes' own memory, by name, since a file may have been measured elsewhere; what the kernel keeps is not in it. */
const rooms: Readonly<Record<string, Room>> = {
  'flag-scan': { perPage: 1, fixed: 0 },
  'flag-scan-words': { perPage: 1, fixed: 0 },
  'flag-scan-simd': { perPage: 1, fixed: simdFixed },
  'bitmap-scan': { perPage: 1 / 8, fixed: 0 },
  'bitmap-scan-simd': { perPage: 1 / 8, fixed: simdFixed },
  'bitmap-scan-parallel': { perPage: 1 / 8, fixed: 2 * simdFixed },
  'hierarchical-bitmap': { perPage: 16 / 63, fixed: 0 },
  'flag-queue': { perPage: 4 + 1 / 8, fixed: 0 },
  'dirty-ring': { perPage: 4 + 1 / 4, fixed: simdFixed },
  'pml-buffer': { perPage: 1 / 4, fixed: 2048 },
  'atomic-bitmap': { perPage: 1 / 8, fixed: 0 },
  'atomic-flag-queue': { perPage: 5, fixed: 0 },
  'per-vcpu-rings': { perPage: 5 + 1 / 8, fixed: simdFixed },
  'kvm-bitmap': { perPage: 1 / 8, fixed: 0 },
  'kvm-bitmap-clear': { perPage: 1 / 8, fixed: 0 },
  'kvm-bitmap-initially-set': { perPage: 1 / 8 + 4, fixed: 0 },
  'kvm-flags': { perPage: 1 + 1 / 8, fixed: 0 },
  'kvm-ring': { perPage: 0, fixed: 2 ** 20 },
  'pagemap-scan': { perPage: 8, fixed: 384 * 2 ** 10 },
  'pagemap-read': { perPage: 8, fixed: 2 ** 17 },
  'soft-dirty': { perPage: 0, fixed: 2 ** 17 },
  'uffd-queue': { perPage: 12, fixed: 0 },
};

/** Bytes that a tracker needs for a guest of `pages` pages; null for one that is not known here. */
export function roomOf(tracker: string, pages: number): number | null {
  if (!Object.hasOwn(rooms, tracker)) return null;
  const room = rooms[tracker];
  return room === undefined ? null : Math.ceil(room.perPage * pages + room.fixed);
}
