import type { Backing } from '../base/backing.js';
import { pageBytes } from '../base/size.js';
import { Scope } from '../kernel/scope.js';
import type { Arming, KvmTracker } from '../trackers/kernel-tracker.js';
import type { KvmTrackerKind, TrackerOptions } from '../trackers/kind.js';
import type { Going } from './going.js';
import type { Guest } from './guest.js';
import { GoingVcpu } from './kvm-going.js';
import { Machine } from './kvm-machine.js';
import { listedWrites, writerProgram } from './kvm-program.js';
import { Writer } from './kvm-writer.js';

/** What a guest on KVM is made with. */
export interface KvmGuestSettings extends TrackerOptions {
  /** Pages of guest memory. */
  readonly pages: number;
  /** Virtual processors, which share each epoch's writes; 1 to 8. */
  readonly vcpus: number;
  /** What its memory is mapped with; default 4k. */
  readonly backing?: Backing;
}

/**
 * A virtual machine on KVM that writes each epoch's pages itself and ends the epoch with an I/O. With several vCPUs, each
 * writes its share of the list on a thread of its own, the first on the caller's; detection begins when all have stopped.
 */
export class KvmGuest implements Guest {
  forcedExits = 0;
  readonly arming?: Arming;
  readonly #scope: Scope;
  readonly #machine: Machine;
  readonly #tracker: KvmTracker;
  readonly #writers: readonly Writer[];
  #epoch = 0;

  private constructor(scope: Scope, kind: KvmTrackerKind, settings: KvmGuestSettings) {
    this.#scope = scope;
    const machine = scope.own(
      Machine.open({
        memoryBytes: settings.pages * pageBytes,
        vcpus: settings.vcpus,
        backing: settings.backing ?? '4k',
        logging: kind.logging(settings),
        program: writerProgram,
      }),
    );
    this.#machine = machine;
    this.#tracker = scope.own(kind.attach(machine.vm, settings.pages, settings));
    const { vm } = machine;
    if (vm.logging.kind !== 'none') {
      this.arming = { arm: () => vm.setLogging(true), disarm: () => vm.setLogging(false) };
    }
    this.#writers = vm.vcpus.map((vcpu, index) => scope.own(new Writer(vcpu, machine.data(index), index > 0)));
  }

  /** @throws KernelError if KVM, or the tracker's part of it, cannot be used here. */
  static open(kind: KvmTrackerKind, settings: KvmGuestSettings): KvmGuest {
    return Scope.build((scope) => new KvmGuest(scope, kind, settings));
  }

  get kernelNs(): number {
    return this.#tracker.kernelNs;
  }

  run(pages: Uint32Array, count: number): void {
    this.#epoch++;
    const writers = this.#writers;
    const atOnce = listedWrites * writers.length;
    let from = 0;
    do {
      const until = Math.min(count, from + atOnce);
      for (let i = 0; i < writers.length; i++) {
        const begin = from + Math.floor(((until - from) * i) / writers.length);
        const end = from + Math.floor(((until - from) * (i + 1)) / writers.length);
        (writers[i] as Writer).list(pages, begin, end, this.#epoch);
      }
      this.#runUntilIo();
      from = until;
    } while (from < count);
  }

  collect(into: Uint32Array): number {
    return this.#tracker.collect(into);
  }

  /** Its first vCPU goes on; others stand still. */
  goOn(list: Uint32Array): Going {
    return new GoingVcpu(this.#machine, list, () => this.#tracker.drain());
  }

  close(): void {
    this.#scope.close();
  }

  /** All vCPUs run until each has done its I/O; where a ring fills before, it is drained when all have stopped. */
  #runUntilIo(): void {
    for (const writer of this.#writers) writer.done = false;
    for (;;) {
      // The first vCPU runs on this thread, so the others begin before it and are waited for after it.
      for (let i = this.#writers.length - 1; i >= 0; i--) (this.#writers[i] as Writer).begin();
      let full = 0;
      for (const writer of this.#writers) full += writer.end();
      if (full === 0) return;
      this.forcedExits += full;
      this.#tracker.drain();
    }
  }
}
