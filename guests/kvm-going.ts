import { KernelError } from '../kernel/error.js';
import { exitReason } from '../kernel/kvm-abi.js';
import { Pages } from '../kernel/memory.js';
import type { Vcpu } from '../kernel/vcpu.js';
import type { Going } from './going.js';
import { type Machine, unexpectedExit } from './kvm-machine.js';
import { keptTurns, writeList, writeLoop } from './kvm-program.js';
import { VcpuThread } from './kvm-thread.js';

/** In 32-bit words of the loop's area. */
const word = { stop: writeLoop.stop / 4, turn: writeLoop.turn / 4, writes: writeLoop.writes / 4 } as const;
const nsPerMs = 1e6;

/** The first vCPU of a machine, writing its list over and over on a thread of its own; it looks at its own counter after each write. */
export class GoingVcpu implements Going {
  readonly #vcpu: Vcpu;
  readonly #drain: () => void;
  readonly #thread: VcpuThread;
  readonly #pages: Pages;
  readonly #words: Uint32Array;
  readonly #gaps: BigUint64Array;
  readonly #ticksPerMs: number;

  /**
   * Of a machine whose first vCPU has its list. `drain` makes room in its ring.
   * @throws KernelError if the list may fill the ring between two collects, if KVM does not know how fast its counter is, or if the
   * thread does not come up.
   */
  constructor(machine: Machine, drain: () => void) {
    const [vcpu] = machine.vm.vcpus;
    if (vcpu === undefined) throw new RangeError('a machine without a vCPU cannot go on');
    const data = machine.data(0);
    checkRing(vcpu, new DataView(data).getUint32(writeList.count, true));
    this.#vcpu = vcpu;
    this.#drain = drain;
    this.#pages = new Pages(machine.memory);
    this.#words = new Uint32Array(data, writeLoop.at);
    this.#gaps = new BigUint64Array(data, writeLoop.at + writeLoop.gaps, keptTurns);
    this.#ticksPerMs = vcpu.ticksPerMs();
    this.#words.fill(0, 0, writeLoop.gaps / 4);
    this.#gaps.fill(0n);
    this.#thread = new VcpuThread(vcpu.descriptor);
    this.#thread.begin();
  }

  get writes(): number {
    return Atomics.load(this.#words, word.writes);
  }

  turn(): void {
    const now = Atomics.load(this.#words, word.turn);
    if (now < keptTurns - 1) Atomics.store(this.#words, word.turn, now + 1);
  }

  longestGapNs(turn: number): number {
    return (Number(this.#gaps[turn] ?? 0n) / this.#ticksPerMs) * nsPerMs;
  }

  valueOf(page: number): number {
    return this.#pages.valueOf(page);
  }

  /** @throws KernelError if the guest stopped for another reason. */
  close(): void {
    Atomics.store(this.#words, word.stop, 1);
    try {
      this.#awaitIo();
    } finally {
      this.#thread.close();
    }
  }

  #awaitIo(): void {
    for (;;) {
      this.#thread.end();
      const reason = this.#vcpu.exitReason;
      if (reason === exitReason.io) return;
      if (reason !== exitReason.dirtyRingFull) throw unexpectedExit(reason);
      this.#drain();
      this.#thread.begin();
    }
  }
}

/**
 * Nobody drains the ring while the guest goes on: a full one would stop it until `close`. A page seldom comes twice; half the ring is
 * spare for that and for the entries KVM holds back.
 */
function checkRing({ ring }: Vcpu, pages: number): void {
  if (ring === null || 2 * pages <= ring.entries) return;
  const why = `a guest that writes ${pages} pages over and over may fill a ring of ${ring.entries} entries between two collects`;
  throw new KernelError('dirty ring', '', why, `--ring-entries, at least ${2 * pages}, or fewer pages an epoch`);
}
