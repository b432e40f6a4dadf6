/**
 * How long V8 is given to compile the loops of a round, in nanoseconds: ours at first, then tinybench's around ours. Each of the two
 * is `fewest` epochs at the least, and the second `most`. In the first `displaced` epochs the caches are displaced, as they are in what is
 * measured, so that this is compiled, too.
 */
export const warmup = { firstNs: 60e6, ns: 60e6, fewest: 20, most: 10_000, displaced: 10 } as const;

/** Epochs of a whole warm-up at the least: few are enough where each takes long. */
export const fewestWarmupEpochs = 2 * warmup.fewest;
