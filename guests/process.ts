import type { Backing } from '../base/backing.js';
import { pageBytes } from '../base/size.js';
import { backedMemory } from '../kernel/backing.js';
import { type Mapping, Pages } from '../kernel/memory.js';
import { Scope } from '../kernel/scope.js';
import type { Arming, KernelTracker } from '../trackers/kernel-tracker.js';
import type { ProcessTrackerKind } from '../trackers/kind.js';
import { type Going, GoingProcess } from './going.js';
import type { Guest } from './guest.js';

/** A part of this process's own memory, written by this thread. It has no I/O: its epoch ends when `run` returns. */
export class ProcessGuest implements Guest {
  readonly forcedExits = 0;
  readonly arming?: Arming;
  readonly #scope: Scope;
  readonly #tracker: KernelTracker;
  readonly #memory: Mapping;
  readonly #pages: Pages;
  #epoch = 0;

  private constructor(scope: Scope, kind: ProcessTrackerKind, pages: number, backing: Backing) {
    this.#scope = scope;
    const memory = scope.own(backedMemory(pages * pageBytes, backing));
    this.#memory = memory;
    this.#tracker = scope.own(kind.attach(memory));
    if (this.#tracker.arming !== undefined) this.arming = this.#tracker.arming;
    this.#pages = new Pages(memory);
  }

  /** @throws KernelError if the tracker's part of the kernel cannot be used here, or the memory cannot be had. */
  static open(kind: ProcessTrackerKind, pages: number, backing: Backing = '4k'): ProcessGuest {
    return Scope.build((scope) => new ProcessGuest(scope, kind, pages, backing));
  }

  get kernelNs(): number {
    return this.#tracker.kernelNs;
  }

  get unitPages(): number {
    return this.#memory.unitPages;
  }

  run(pages: Uint32Array, count: number): void {
    this.#pages.touch(pages, count, ++this.#epoch);
  }

  collect(into: Uint32Array): number {
    return this.#tracker.collect(into);
  }

  goOn(list: Uint32Array): Going {
    return new GoingProcess(this.#memory, list, (page) => this.#pages.valueOf(page));
  }

  close(): void {
    this.#scope.close();
  }
}
