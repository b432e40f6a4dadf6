import { expect } from 'vitest';
import type { Guest } from '../../guests/guest.js';

/** Runs an epoch that writes these pages, and holds the collected set against them. */
export function checkEpoch(guest: Guest, writes: readonly number[]): void {
  guest.run(Uint32Array.from(writes), writes.length);
  expectCollected(guest, writes);
}

/** Collects, and expects exactly these pages, each once. */
export function expectCollected(guest: Guest, writes: readonly number[]): void {
  const wanted = [...new Set(writes)].sort((a, b) => a - b);
  const into = new Uint32Array(wanted.length + 64);
  const found = guest.collect(into);
  expect([...into.subarray(0, found)].sort((a, b) => a - b)).toEqual(wanted);
}

/** `count` pages below `pages`, scattered by a fixed rule: the same ones for the same epoch. */
export function scattered(pages: number, count: number, epoch: number): number[] {
  return Array.from({ length: count }, (_, i) => (Math.imul(epoch * count + i + 1, 0x9e3779b1) >>> 0) % pages);
}
