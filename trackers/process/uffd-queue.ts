import { Mutex } from '../../base/mutex.js';
import { Descriptor } from '../../kernel/descriptor.js';
import { KernelError } from '../../kernel/error.js';
import { checked, libc } from '../../kernel/libc.js';
import type { Mapping } from '../../kernel/memory.js';
import { type Closable, Scope } from '../../kernel/scope.js';
import { awaitState, startThread } from '../../kernel/thread.js';
import { Userfaultfd } from '../../kernel/userfaultfd.js';
import { type Arming, armingOf, KernelClock, type KernelTracker } from '../kernel-tracker.js';

/** Words that the handler shares with the tracker: its state, the pages in the queue, the error that ended it, and who holds the queue. */
export const handlerWord = { state: 0, queued: 1, error: 2, mutex: 3 } as const;
/** The handler's state when it has ended. */
export const handlerEnded = 2;

/** What the handler's thread is started with. */
export interface HandlerSettings {
  readonly faults: number;
  /** Becomes readable when the handler is to end. */
  readonly stop: number;
  readonly address: number;
  readonly bytes: number;
  /** Pages whose protection is lifted at once. */
  readonly unitPages: number;
  readonly words: Int32Array<SharedArrayBuffer>;
  readonly queue: Uint32Array<SharedArrayBuffer>;
}

/**
 * The paper's queue, built from page faults: a first write to a protected page stops the guest, another thread reads the
 * fault from userfaultfd, enqueues the page, lifts its protection and lets the guest go on. The protection is the flag
 * that keeps a page from being queued twice. Collect takes the queue and protects its pages again, so it grows with the
 * pages written; the guest pays two thread switches for each first write. QEMU's background snapshots work so.
 */
export class UffdQueue implements KernelTracker {
  /** Bytes of the queue of a guest of `pages` pages, of which only what was written is ever touched. */
  static bytes(pages: number): number {
    return pages * Uint32Array.BYTES_PER_ELEMENT;
  }

  readonly arming: Arming;
  readonly #scope: Scope;
  readonly #faults: Userfaultfd;
  readonly #words = new Int32Array(new SharedArrayBuffer(4 * Object.keys(handlerWord).length));
  readonly #queue: Uint32Array<SharedArrayBuffer>;
  readonly #mutex = new Mutex(this.#words, handlerWord.mutex);
  readonly #clock = new KernelClock();

  private constructor(scope: Scope, memory: Mapping) {
    this.#scope = scope;
    this.#queue = new Uint32Array(new SharedArrayBuffer(UffdQueue.bytes(memory.pages)));
    this.#faults = scope.own(Userfaultfd.open(memory, 'wait'));
    this.arming = armingOf(this.#faults);
    const stop = scope.own(new Descriptor('eventfd', libc().eventfd(0, 0)));
    const words = this.#words;
    const settings: HandlerSettings = {
      faults: this.#faults.descriptor,
      stop: stop.number,
      address: memory.address,
      bytes: memory.bytes,
      unitPages: memory.unitPages,
      words,
      queue: this.#queue,
    };
    const script = new URL('./uffd-queue-worker.js', import.meta.url);
    startThread({ what: 'handler of page faults', script, data: settings, shared: words, word: handlerWord.state });
    scope.own(new Stopper(stop, words));
  }

  /** @throws KernelError if this kernel or this user cannot do that. */
  static attach(memory: Mapping): UffdQueue {
    return Scope.build((scope) => new UffdQueue(scope, memory));
  }

  get kernelNs(): number {
    return this.#clock.ns;
  }

  /** @throws KernelError if the handler has failed. */
  collect(into: Uint32Array): number {
    const queue = this.#queue;
    // The handler enqueues a page and lifts its protection under this lock. A page taken in between would be protected below, and then lose
    // that to the handler: its next write would be missed.
    this.#mutex.lock();
    const count = Atomics.load(this.#words, handlerWord.queued);
    const error = Atomics.load(this.#words, handlerWord.error);
    for (let i = 0; i < count; i++) into[i] = queue[i] as number;
    Atomics.store(this.#words, handlerWord.queued, 0);
    this.#mutex.unlock();
    if (error !== 0) throw KernelError.of('handler of page faults', error);
    this.#clock.reset();
    this.#clock.begin();
    this.#faults.protect(into, count);
    this.#clock.end();
    return count;
  }

  close(): void {
    this.#scope.close();
  }
}

const one = new Uint8Array(new BigUint64Array([1n]).buffer);

/** Ends the handler, and waits until it lets go of the descriptors. */
class Stopper implements Closable {
  readonly #stop: Descriptor;
  readonly #words: Int32Array<SharedArrayBuffer>;

  constructor(stop: Descriptor, words: Int32Array<SharedArrayBuffer>) {
    this.#stop = stop;
    this.#words = words;
  }

  close(): void {
    checked('write to an eventfd', libc().write(this.#stop.number, one, one.length));
    awaitState(this.#words, handlerWord.state, handlerEnded);
  }
}
