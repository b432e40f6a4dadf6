import { z } from 'zod';
import { parseLine, readLines } from './lines.js';

const count = z.int().nonnegative();

/** What `soak --part compare --json` found: how often what had not changed was called different, and what was slowed was found. */
export const soakedSchema = z.object({
  part: z.literal('compare'),
  way: z.enum(['by turns', 'apart']),
  comparisons: count,
  seconds: z.number().nonnegative(),
  /** Pairs of the same, and what they were called. */
  pairs: count,
  slower: count,
  faster: count,
  undecided: count,
  same: count,
  /** Pairs that were slowed on purpose, by how much, and those of them that were called slower. */
  slowed: count,
  slowdown: z.number().positive(),
  slowedFound: count,
  /** Where; older lines do not say. */
  cpu: z.string().optional(),
  cores: count.optional(),
});

/** See `soakedSchema`. */
export type SoakedComparisons = z.infer<typeof soakedSchema>;

const anyPart = z.object({ part: z.string() });

/**
 * The lines of what `soak --json` printed that are of comparisons.
 * @throws ResultsError if it cannot be read, or a line is not what it should be.
 */
export function readSoaked(path: string): SoakedComparisons[] {
  return readLines(path).lines.flatMap((line, index) =>
    parseLine(line, anyPart, path, index + 1).part === 'compare'
      ? [parseLine(line, soakedSchema, path, index + 1)]
      : [],
  );
}
