import { TrackerError } from '../tracker.js';

/**
 * Entries that KVM holds back, without PML, for what a processor may still log after it has been told to stop. With PML, whose log
 * of 512 entries has to have room in the ring too, it holds back 576.
 */
export const reservedRingEntries = 64;
/**
 * Entries of the smallest ring that KVM makes without PML: with 16 bytes each they fill a page of 4096 bytes. With PML it is 1024, the
 * first power of two with room for the 576 that are held back.
 */
const fewest = 256;
/** Entries of the largest ring that KVM makes. */
export const mostRingEntries = 65536;

/** @throws TrackerError if KVM would make no ring of that size, even without PML. */
export function checkRingEntries(entries: number): void {
  if (entries >= fewest && entries <= mostRingEntries && Number.isInteger(Math.log2(entries))) return;
  throw new TrackerError(
    `a dirty ring of ${entries} entries: the size is a power of two from ${fewest} to ${mostRingEntries}`,
  );
}
