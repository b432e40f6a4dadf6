/** What a guest's memory can be mapped with beside pages of 4 KiB: transparent huge pages, or huge pages that are set aside. */
export const hugeBackings = ['thp', 'hugetlb'] as const;

/** What a guest's memory can be mapped with. */
export const backingNames = ['4k', ...hugeBackings] as const;

/** One of `backingNames`. */
export type Backing = (typeof backingNames)[number];
