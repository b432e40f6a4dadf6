/** Backings in huge pages of 2 MiB: transparent ones, and those that are set aside. */
export const hugeBackings = ['thp', 'hugetlb'] as const;

/**
 * What a guest's memory can be mapped with beside pages of 4 KiB that are its own from the start, which points leave unsaid. The order
 * decides which shape each has in charts (`reports/charts/look.ts`).
 */
export const otherBackings = [...hugeBackings, 'file'] as const;

/** What a guest's memory can be mapped with. */
export const backingNames = ['4k', ...otherBackings] as const;

/** One of `backingNames`. */
export type Backing = (typeof backingNames)[number];

/** Whether memory with this backing is in huge pages. */
export function isHuge(backing: Backing): backing is (typeof hugeBackings)[number] {
  return hugeBackings.some((one) => one === backing);
}
