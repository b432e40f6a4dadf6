import { z } from 'zod';

/**
 * What a guest leaves in the caches before each collect. `warm`: what was there. `l2-cold`: it touches twice the second-level
 * cache, so that the tracker's state has to come from the last level, if it fits that. `dram`: twice the last level too, so that it
 * has to come from memory.
 */
export const cacheStates = ['warm', 'l2-cold', 'dram'] as const;

/** A state of the caches before a collect. */
export type CacheState = (typeof cacheStates)[number];

/** What `l2-cold` was called before there was `dram`; still read everywhere. */
export const olderName = 'cold';

/** The state that a name stands for, by its older name too; null: none. */
export function cacheStateOf(name: string): CacheState | null {
  return name === olderName ? 'l2-cold' : (cacheStates.find((one) => one === name) ?? null);
}

/** Reads a state, by its older name too. */
export const cacheSchema = z
  .enum([...cacheStates, olderName])
  .transform((name): CacheState => (name === olderName ? 'l2-cold' : name));

/** Bytes of a machine's last level, as its environment has them; null: it does not say. */
interface Caches {
  readonly l3Bytes: number | null;
}

/** The last level where the machine does not say how large it is. */
const usualLastLevel = 32 * 2 ** 20;

/** Bytes that a guest touches before each collect to leave its caches so, where `l2-cold` takes `footprintBytes`; not to be asked for a warm one, which touches none. */
export function touchedBytes(cache: CacheState, footprintBytes: number, { l3Bytes }: Caches): number {
  return cache === 'dram' ? Math.max(footprintBytes, 2 * (l3Bytes ?? usualLastLevel)) : footprintBytes;
}

/** From the state that stands for all others, where several were measured, to the one that does so least. */
const meant: readonly CacheState[] = ['l2-cold', 'dram', 'warm'];

/** Sorts the state most worth showing first. */
export function byMeaning(a: CacheState, b: CacheState): number {
  return meant.indexOf(a) - meant.indexOf(b);
}

/** A state in words, as `L2-cold cache`. */
export function describeCache(cache: CacheState): string {
  const words: Record<CacheState, string> = {
    warm: 'warm cache',
    'l2-cold': 'L2-cold cache',
    dram: 'caches displaced to memory',
  };
  return words[cache];
}
