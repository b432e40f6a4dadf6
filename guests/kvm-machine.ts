import type { Backing } from '../base/backing.js';
import { backedMemory } from '../kernel/backing.js';
import { KernelError } from '../kernel/error.js';
import { exitName, registers, segment, specialRegisters } from '../kernel/kvm-abi.js';
import { Mapping } from '../kernel/memory.js';
import { type Closable, Scope } from '../kernel/scope.js';
import type { Vcpu } from '../kernel/vcpu.js';
import { type DirtyLogging, Vm } from '../kernel/vm.js';
import { type Layout, layoutOf, writeTables } from './kvm-layout.js';
import type { GuestProgram } from './kvm-program.js';

/** What a machine is made of. */
export interface MachineSettings {
  /** Bytes of the workload's memory: whole pages. */
  readonly memoryBytes: number;
  readonly vcpus: number;
  /** What the workload's memory is mapped with; default 4k. */
  readonly backing?: Backing;
  readonly logging: DirtyLogging;
  readonly program: GuestProgram;
  /** Also log the writes to the guest's own memory, to see what it touches; default false. */
  readonly logOwn?: boolean;
}

/** Control registers and model-specific ones (Intel SDM 3A 2.5): protection, paging, long mode. */
const cr0 = { protection: 1n, extensionType: 1n << 4n, paging: 1n << 31n } as const;
const cr4 = { physicalAddressExtension: 1n << 5n } as const;
const efer = { longModeEnable: 1n << 8n, longModeActive: 1n << 10n } as const;
/** Types of a segment that was accessed already (SDM 3A 3.4.5.1): code that may be read, and data that may be written. */
const codeType = 11;
const dataType = 3;
/** The bit of the flags register that is always 1. */
const initialFlags = 2n;

/**
 * A virtual machine that runs a program in 64-bit mode, on memory laid out as `layout` says. The program's vCPUs all
 * start at its first instruction.
 */
export class Machine implements Closable {
  readonly vm: Vm;
  readonly layout: Layout;
  /** The workload's memory: page n of the guest is page n of it. */
  readonly memory: Mapping;
  readonly #own: Mapping;
  readonly #scope: Scope;

  private constructor(scope: Scope, settings: MachineSettings) {
    const { memoryBytes, program, logging, vcpus, backing = '4k', logOwn = false } = settings;
    this.#scope = scope;
    this.layout = layoutOf(memoryBytes, program.code.length, program.dataBytes, vcpus);
    this.memory = scope.own(backedMemory(memoryBytes, backing));
    this.#own = scope.own(Mapping.anonymous(this.layout.ownBytes));
    this.#load(program);
    this.vm = scope.own(Vm.open(logging));
    for (const { guestAddress, offset, bytes } of this.layout.runs) {
      this.vm.addSlot(guestAddress, this.memory, offset, bytes, true);
    }
    this.vm.addSlot(this.layout.ownAddress, this.#own, 0, this.layout.ownBytes, logOwn);
    for (let vcpu = 0; vcpu < vcpus; vcpu++) this.#prepare(this.vm.addVcpu(), vcpu);
  }

  /** @throws KernelError if KVM cannot be used here, or refuses the machine. */
  static open(settings: MachineSettings): Machine {
    return Scope.build((scope) => new Machine(scope, settings));
  }

  /** The area that a vCPU shares with the host. */
  data(vcpu: number): ArrayBuffer {
    const area = this.layout.data[vcpu];
    if (area === undefined) throw new RangeError(`no vCPU ${vcpu}`);
    return this.#own.window(area.offset, area.bytes);
  }

  close(): void {
    this.#scope.close();
  }

  #load(program: GuestProgram): void {
    const { tables, code, ownAddress } = this.layout;
    writeTables(this.#own.window(tables.offset, tables.bytes), ownAddress + tables.offset, this.layout);
    new Uint8Array(this.#own.window(code.offset, code.bytes)).set(program.code);
  }

  #prepare(vcpu: Vcpu, index: number): void {
    const { ownAddress, tables, code, data } = this.layout;
    const special = vcpu.get('specialRegisters');
    enterLongMode(special, BigInt(ownAddress + tables.offset));
    vcpu.set('specialRegisters', special);
    const general = vcpu.get('registers');
    general.setBigUint64(registers.rip, BigInt(ownAddress + code.offset), true);
    general.setBigUint64(registers.rbx, BigInt(ownAddress + (data[index]?.offset ?? 0)), true);
    general.setBigUint64(registers.rflags, initialFlags, true);
    vcpu.set('registers', general);
    vcpu.start();
  }
}

/** 64-bit mode with flat segments, as an operating system would have left it. */
function enterLongMode(special: DataView<ArrayBuffer>, tables: bigint): void {
  setSegment(special, specialRegisters.cs, 8, codeType);
  for (const name of ['ds', 'es', 'fs', 'gs', 'ss'] as const) setSegment(special, specialRegisters[name], 16, dataType);
  special.setBigUint64(specialRegisters.cr0, cr0.protection | cr0.extensionType | cr0.paging, true);
  special.setBigUint64(specialRegisters.cr3, tables, true);
  special.setBigUint64(specialRegisters.cr4, cr4.physicalAddressExtension, true);
  special.setBigUint64(specialRegisters.efer, efer.longModeEnable | efer.longModeActive, true);
}

function setSegment(special: DataView<ArrayBuffer>, at: number, selector: number, type: number): void {
  const code = type === codeType ? 1 : 0;
  special.setBigUint64(at + segment.base, 0n, true);
  special.setUint32(at + segment.limit, 0xffffffff, true);
  special.setUint16(at + segment.selector, selector, true);
  special.setUint8(at + segment.type, type);
  special.setUint8(at + segment.present, 1);
  // It must be 0 in a segment of 64-bit code, the one that has `long` set.
  special.setUint8(at + segment.operandSize, 1 - code);
  special.setUint8(at + segment.system, 1);
  special.setUint8(at + segment.long, code);
  special.setUint8(at + segment.granularity, 1);
}

/** The error of a guest that stopped for another reason than those its runner expects. */
export function unexpectedExit(reason: number): KernelError {
  return new KernelError('KVM_RUN', '', `the guest stopped with exit ${reason} (${exitName(reason)})`, '');
}
