const paper = [512, 1024, 4096].map((mebibytes) => mebibytes * 2 ** 20);

/** The sizes of a chart with a panel for each: the paper's three where all were measured, else up to three of them. */
export function threeMemories(measured: Iterable<number>): number[] {
  const sizes = [...new Set(measured)].sort((a, b) => a - b);
  if (paper.every((size) => sizes.includes(size))) return paper;
  if (sizes.length <= 3) return sizes;
  return [0, Math.floor((sizes.length - 1) / 2), sizes.length - 1].map((index) => sizes[index] as number);
}
