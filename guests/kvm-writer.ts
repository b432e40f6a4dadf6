import { KernelError } from '../kernel/error.js';
import { exitReason } from '../kernel/kvm-abi.js';
import type { Closable } from '../kernel/scope.js';
import type { Vcpu } from '../kernel/vcpu.js';
import { frameOf } from './kvm-layout.js';
import { unexpectedExit } from './kvm-machine.js';
import { listedWrites, writeList, writeMode } from './kvm-program.js';
import { VcpuThread } from './kvm-thread.js';

/** A vCPU under the writer program. */
export class Writer implements Closable {
  /** The vCPU has done its I/O. */
  done = false;
  readonly #vcpu: Vcpu;
  readonly #thread: VcpuThread | null;
  readonly #header: DataView<ArrayBuffer>;
  readonly #frames: Uint32Array;

  constructor(vcpu: Vcpu, data: ArrayBuffer, threaded: boolean) {
    this.#vcpu = vcpu;
    this.#thread = threaded ? new VcpuThread(vcpu.descriptor) : null;
    this.#header = new DataView(data);
    this.#frames = new Uint32Array(data, writeList.frames, listedWrites);
  }

  /** Lists the writes `from` to `to` of `pages`, each of which stores `value`. */
  list(pages: Uint32Array, from: number, to: number, value: number): void {
    const frames = this.#frames;
    for (let i = from; i < to; i++) frames[i - from] = frameOf(pages[i] as number);
    this.#header.setUint32(writeList.count, to - from, true);
    this.#header.setUint32(writeList.value, value, true);
    // Long before the ring could fill; an epoch that fits is spared the slower writes.
    const paced = this.#vcpu.ring !== null && 2 * (to - from) > this.#vcpu.ring.entries;
    this.#header.setUint32(writeList.mode, paced ? writeMode.paced : writeMode.straight, true);
  }

  /**
   * Lists pages that are to be written over and over, until the host says stop.
   * @throws KernelError if they are too many, also for the ring: nobody drains it while the guest goes on, and a full one would stop it.
   */
  listForever(pages: Uint32Array): void {
    if (pages.length > listedWrites) {
      const why = `it lists at most ${listedWrites} pages, not ${pages.length}`;
      throw new KernelError('a guest that goes on', '', why, 'fewer pages an epoch');
    }
    const { ring } = this.#vcpu;
    // A page seldom comes twice: half the ring is spare for that, and for the entries that KVM holds back.
    if (ring !== null && 2 * pages.length > ring.entries) {
      const why = `a guest that writes ${pages.length} pages over and over may fill a ring of ${ring.entries} entries between two collects`;
      throw new KernelError(
        'dirty ring',
        '',
        why,
        `--ring-entries, at least ${2 * pages.length}, or fewer pages an epoch`,
      );
    }
    this.list(pages, 0, pages.length, 0);
    this.#header.setUint32(writeList.mode, writeMode.forever, true);
  }

  begin(): void {
    if (this.done) return;
    if (this.#thread === null) this.#vcpu.run();
    else this.#thread.begin();
  }

  /** Waits until it has stopped; 1 if it did because its ring is full. */
  end(): number {
    if (this.done) return 0;
    this.#thread?.end();
    const reason = this.#vcpu.exitReason;
    if (reason === exitReason.dirtyRingFull) return 1;
    if (reason !== exitReason.io) throw unexpectedExit(reason);
    this.done = true;
    return 0;
  }

  close(): void {
    this.#thread?.close();
  }
}
