import { pageBytes } from '../../base/size.js';
import { frameOf } from '../../guests/kvm-layout.js';
import { Machine, unexpectedExit } from '../../guests/kvm-machine.js';
import { KernelError } from '../../kernel/error.js';
import { capability, exitReason, registers, specialRegisters } from '../../kernel/kvm-abi.js';
import { Scope } from '../../kernel/scope.js';
import type { Vcpu } from '../../kernel/vcpu.js';
import type { KvmTracker } from '../../trackers/kernel-tracker.js';
import type { KvmTrackerKind } from '../../trackers/kind.js';
import { ReplicationError } from '../error.js';
import { MappedPages } from '../memory/mapped.js';
import type { ReplicatedGuest } from './guest.js';
import { mailbox, mostListed, serviceProgram } from './kvm-program.js';
import { ownPages, requestHeaderBytes, responseHeaderBytes, service, transactionsOf } from './service.js';
import { type ServiceSettings, Writes, type WritesSettings } from './writes.js';

const ioInstructionBytes = 2n;

/**
 * The service in a virtual machine on KVM. Requests come through an area that the host shares with the guest, as a device's
 * memory would be; what the guest keeps and answers is in its own memory, which is what a standby gets.
 */
export class KvmService implements ReplicatedGuest {
  readonly kind = 'KVM';
  readonly memoryBytes: number;
  readonly settings: ServiceSettings;
  readonly memory: MappedPages;
  readonly stateBytes: number;
  readonly mostDirty: number;
  forcedExits = 0;
  readonly #scope: Scope;
  readonly #machine: Machine;
  readonly #vcpu: Vcpu;
  readonly #tracker: KvmTracker;
  readonly #writes: Writes;
  readonly #header: DataView<ArrayBuffer>;
  readonly #request: Uint8Array;
  readonly #frames: Uint32Array;
  readonly #response: Uint8Array;
  readonly #registers: DataView<ArrayBuffer>;
  readonly #state: Uint8Array;
  /** Where the program begins, and where in it the instruction is that does the I/O. */
  readonly #codeAddress: bigint;
  readonly #ioAddress: bigint;
  /** Most entries that the ring may hold since it was last taken out. */
  #ringed = 0;

  private constructor(scope: Scope, kind: KvmTrackerKind, settings: WritesSettings) {
    this.#scope = scope;
    this.settings = settings;
    this.#writes = new Writes(settings);
    if (this.#writes.pages.length > mostListed) {
      throw new ReplicationError(
        `${this.#writes.pages.length} pages per transaction: the guest lists at most ${mostListed}`,
      );
    }
    const options = { ringEntries: null };
    this.memoryBytes = Math.ceil(settings.memoryBytes / pageBytes) * pageBytes;
    this.mostDirty = this.#writes.pages.length + ownPages(service.mostBytes);
    const program = serviceProgram;
    this.#machine = scope.own(
      Machine.open({ memoryBytes: this.memoryBytes, vcpus: 1, logging: kind.logging(options), program }),
    );
    this.#tracker = scope.own(kind.attach(this.#machine.vm, this.memoryBytes / pageBytes, options));
    this.#vcpu = this.#machine.vm.vcpus[0] as Vcpu;
    this.memory = new MappedPages(this.#machine.memory);
    const data = this.#machine.data(0);
    this.#header = new DataView(data);
    this.#request = new Uint8Array(data, mailbox.request, service.mostBytes);
    this.#frames = new Uint32Array(data, mailbox.frames);
    this.#response = new Uint8Array(this.#machine.memory.window(service.response, service.mostBytes));
    if (this.#machine.vm.checkExtension(capability.syncRegisters) === 0) {
      throw new KernelError('KVM_CHECK_EXTENSION', '', 'KVM does not share registers', 'Linux 4.17 or newer');
    }
    this.#registers = this.#vcpu.shareRegisters();
    this.#state = new Uint8Array(this.#registers.buffer, this.#registers.byteOffset, this.#registers.byteLength);
    this.stateBytes = this.#state.length;
    this.#codeAddress = BigInt(this.#machine.layout.ownAddress + this.#machine.layout.code.offset);
    this.#ioAddress = this.#codeAddress + BigInt(program.ioOffset);
  }

  /**
   * @throws KernelError if KVM, or the tracker's part of it, cannot be used here; ReplicationError or WorkloadError if the
   * settings do not fit.
   */
  static open(kind: KvmTrackerKind, settings: WritesSettings): KvmService {
    return Scope.build((scope) => new KvmService(scope, kind, settings));
  }

  get transactions(): number {
    return this.#writes.transaction;
  }

  follow(transactions: number): void {
    this.#writes.advanceTo(transactions);
  }

  /** The program and the page tables are in every guest of this memory already; KVM sees no write in what is put in. */
  restore(state: Buffer): void {
    this.#restoreRegisters(state);
    this.follow(transactionsOf(this.memory.at(0)));
  }

  accept(request: Buffer, responseBytes: number): void {
    const header = this.#header;
    if (request.length < requestHeaderBytes) this.#request.fill(0, request.length, requestHeaderBytes);
    this.#request.set(request);
    this.#writes.advance();
    const { pages, count } = this.#writes;
    for (let i = 0; i < count; i++) this.#frames[i] = frameOf(pages[i] as number);
    const { ring } = this.#vcpu;
    // Paced (slower) writes only where the ring may become more than half full: below that everything surely fits.
    this.#ringed += count + ownPages(responseBytes);
    const paced = ring !== null && 2 * this.#ringed > ring.entries;
    header.setUint32(mailbox.count, count, true);
    header.setUint32(mailbox.paced, paced ? 1 : 0, true);
    header.setUint32(mailbox.words, Math.max(0, Math.ceil((responseBytes - responseHeaderBytes) / 8)), true);
  }

  run(): void {
    for (;;) {
      this.#vcpu.run();
      const reason = this.#vcpu.exitReason;
      if (reason === exitReason.io) return;
      if (reason !== exitReason.dirtyRingFull) throw unexpectedExit(reason);
      this.forcedExits++;
      this.#tracker.drain();
      this.#ringed = 0;
    }
  }

  respond(into: Buffer): void {
    into.set(this.#response.subarray(0, into.length));
  }

  collect(into: Uint32Array): number {
    this.#ringed = 0;
    return this.#tracker.collect(into);
  }

  written(): Iterable<number> {
    return this.memory.written();
  }

  read(page: number, target: Buffer, offset: number): void {
    this.memory.read(page, target, offset);
  }

  /**
   * What makes the vCPU go on elsewhere: this guest has no devices and no interrupts, and uses no floating point, so its
   * registers are all. Where the vCPU still stands at its I/O instruction, KVM first completes that.
   */
  readState(target: Buffer, offset: number): void {
    if (this.#registers.getBigUint64(registers.rip, true) === this.#ioAddress) this.#vcpu.settle();
    target.set(this.#state, offset);
  }

  #restoreRegisters(state: Buffer): void {
    const rip = state.length === this.stateBytes ? state.readBigUInt64LE(registers.rip) : null;
    if (rip !== this.#codeAddress && rip !== this.#ioAddress + ioInstructionBytes) {
      throw new ReplicationError('the vCPU state is not one of this service: give both sides the same dirtybench');
    }
    const part = (begin: number, bytes: number) =>
      new DataView(new Uint8Array(state).buffer.slice(begin, begin + bytes));
    this.#vcpu.set('specialRegisters', part(registers.bytes, specialRegisters.bytes));
    this.#vcpu.set('registers', part(0, registers.bytes));
    // The shared registers are the guest's state: they have what was set only once KVM has stopped again.
    this.#vcpu.settle();
  }

  close(): void {
    this.#scope.close();
  }
}
