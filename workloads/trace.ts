import { Random } from '../base/random.js';
import { Layout, neighbourhoodPages } from './layout.js';
import type { Recording } from './recording.js';
import { type Workload, WorkloadError } from './workload.js';

/**
 * Replays a recording: the seed says at which epoch it begins, so that rounds see different parts of it, and after the
 * last epoch it goes on with the first.
 *
 * An epoch writes each of its pages once, in order of first write, however often the program stored to it: hardware
 * reports only the first write to a page, and not every store. What repeated marks cost is measured with the workloads
 * that write a page several times in an epoch.
 */
export class Trace implements Workload {
  readonly mostWrites: number;
  readonly #writes: Uint32Array;
  readonly #starts: Uint32Array;
  readonly #epochs: number;
  #epoch: number;

  /** `pages` is the memory of a guest in which the recording fits. */
  constructor(recording: Recording, pages: number, seed: number) {
    this.#writes = laidOut(recording.writes, pages);
    this.#starts = recording.starts;
    this.#epochs = recording.header.epochs;
    this.#epoch = new Random(seed).below(this.#epochs);
    let most = 0;
    for (let i = 0; i < this.#epochs; i++) most = Math.max(most, this.#start(i + 1) - this.#start(i));
    this.mostWrites = most;
  }

  next(into: Uint32Array): number {
    const start = this.#start(this.#epoch);
    const count = this.#start(this.#epoch + 1) - start;
    for (let i = 0; i < count; i++) into[i] = this.#writes[start + i] as number;
    this.#epoch = this.#epoch + 1 === this.#epochs ? 0 : this.#epoch + 1;
    return count;
  }

  #start(epoch: number): number {
    return this.#starts[epoch] as number;
  }
}

/**
 * A program needs room for all its neighbourhoods, also for those that it only reads.
 * @throws WorkloadError if the guest of `pages` has too few of them. `name` is for the message.
 */
export function checkTraceFits(recording: Recording, pages: number, name: string): void {
  const needed = Math.ceil(recording.header.pages / neighbourhoodPages);
  const there = new Layout(pages).neighbourhoods;
  if (needed > there) {
    throw new WorkloadError(
      `workload '${name}' needs ${needed * 2} MiB of guest memory (${needed} neighbourhoods of 2 MiB), the guest has ` +
        `${pages / 256} MiB: give it more`,
    );
  }
}

/**
 * A recording's pages in a guest: pages of one 2 MiB neighbourhood stay together, each at its own place in it, and the
 * neighbourhoods that are written are spread over the guest's memory, as a kernel that has run for a while spreads them.
 */
function laidOut(writes: Uint32Array, pages: number): Uint32Array {
  const layout = new Layout(pages);
  const written = [...new Set(writes.map(neighbourhoodOf))].sort((a, b) => a - b);
  const firstPages = new Map(written.map((neighbourhood, index) => [neighbourhood, layout.neighbourhood(index)]));
  return writes.map((page) => (firstPages.get(neighbourhoodOf(page)) as number) + (page % neighbourhoodPages));
}

function neighbourhoodOf(page: number): number {
  return Math.floor(page / neighbourhoodPages);
}
