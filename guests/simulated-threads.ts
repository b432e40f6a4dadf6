import { Thread, type Turns } from '../base/thread.js';
import { openMarker } from '../trackers/concurrent/marker.js';
import type { Sharing } from '../trackers/sharing.js';
import type { Marker, SoftwareTracker } from '../trackers/tracker.js';
import type { Guest } from './guest.js';

/** Writes that are handed to the vCPUs at once. */
const listedWrites = 65_536;

/** Words that a vCPU shares with the guest: which writes are its own, from the next one on, and whether it stopped for want of room. */
export const shareWord = { next: 0, end: 1, full: 2, words: 3 } as const;

/** What a vCPU's thread is started with. */
export interface VcpuSettings extends Turns {
  readonly sharing: Sharing;
  readonly vcpu: number;
  readonly writes: Uint32Array<SharedArrayBuffer>;
  readonly share: Int32Array<SharedArrayBuffer>;
}

/**
 * A guest without memory whose vCPUs mark at the same time, each its share of the epoch's writes on a thread of its own;
 * the first works on the caller's. The epoch is run when all have stopped, so waking and waiting is in its time.
 */
export class ThreadedGuest implements Guest {
  forcedExits = 0;
  readonly #tracker: SoftwareTracker;
  readonly #writes = new Uint32Array(new SharedArrayBuffer(listedWrites * Uint32Array.BYTES_PER_ELEMENT));
  readonly #vcpus: readonly SimulatedVcpu[];

  constructor(tracker: SoftwareTracker, sharing: Sharing, vcpus: number) {
    this.#tracker = tracker;
    this.#vcpus = Array.from({ length: vcpus }, (_, vcpu) => new SimulatedVcpu(sharing, vcpu, this.#writes));
  }

  run(pages: Uint32Array, count: number): void {
    for (let from = 0; from < count; from += listedWrites) {
      const listed = Math.min(listedWrites, count - from);
      this.#writes.set(pages.subarray(from, from + listed));
      this.#vcpus.forEach((vcpu, index) => {
        const share = listed / this.#vcpus.length;
        vcpu.list(Math.floor(share * index), Math.floor(share * (index + 1)));
      });
      this.#runUntilIo();
    }
  }

  collect(into: Uint32Array): number {
    return this.#tracker.collect(into);
  }

  close(): void {
    for (const vcpu of this.#vcpus) vcpu.close();
    this.#tracker.close?.();
  }

  /** All vCPUs mark their shares; if one stopped for want of room, the tracker is drained once the others are done, and it goes on. */
  #runUntilIo(): void {
    for (;;) {
      // The first vCPU works on this thread, so the others begin before it.
      for (const vcpu of this.#vcpus.toReversed()) vcpu.begin();
      const full = this.#vcpus.filter((vcpu) => vcpu.end()).length;
      if (full === 0) return;
      this.forcedExits += full;
      if (this.#tracker.bounded) this.#tracker.drain();
    }
  }
}

class SimulatedVcpu {
  readonly #share = new Int32Array(new SharedArrayBuffer(shareWord.words * Int32Array.BYTES_PER_ELEMENT));
  readonly #writes: Uint32Array;
  /** The first vCPU's marker, or the thread of another. */
  readonly #runs: Marker | Thread;

  constructor(sharing: Sharing, vcpu: number, writes: Uint32Array<SharedArrayBuffer>) {
    this.#writes = writes;
    const settings: Omit<VcpuSettings, keyof Turns> = { sharing, vcpu, writes, share: this.#share };
    const worker = new URL('./simulated-vcpu.js', import.meta.url);
    this.#runs = vcpu === 0 ? openMarker(sharing, vcpu) : new Thread(worker, settings);
  }

  list(from: number, to: number): void {
    this.#share[shareWord.next] = from;
    this.#share[shareWord.end] = to;
  }

  begin(): void {
    if (this.#runs instanceof Thread) this.#runs.begin();
    else markShare(this.#runs, this.#writes, this.#share);
  }

  /** Waits until it has stopped; true if it did for want of room. */
  end(): boolean {
    if (this.#runs instanceof Thread) this.#runs.end();
    return this.#share[shareWord.full] === 1;
  }

  close(): void {
    if (this.#runs instanceof Thread) this.#runs.close();
  }
}

/** Marks the writes of a share until it is done or there is no room. */
export function markShare(marker: Marker, writes: Uint32Array, share: Int32Array): void {
  const end = share[shareWord.end] as number;
  let next = share[shareWord.next] as number;
  let full = false;
  while (next < end && !full) full = marker.mark(writes[next++] as number);
  share[shareWord.next] = next;
  share[shareWord.full] = full ? 1 : 0;
}
