import { expect, it } from 'vitest';
import { pageBytes } from '../../base/size.js';
import { frameOf } from '../../guests/kvm-layout.js';
import { Machine } from '../../guests/kvm-machine.js';
import { writeList, writerProgram } from '../../guests/kvm-program.js';
import { exitReason, registers } from '../../kernel/kvm-abi.js';
import { Mapping, Pages } from '../../kernel/memory.js';
import { describeWith } from './mechanism.js';

const memoryBytes = 64 * 2 ** 20;

function withMachine(use: (machine: Machine) => void): void {
  const machine = Machine.open({
    memoryBytes,
    vcpus: 1,
    logging: { kind: 'bitmap', manualProtect: false },
    program: writerProgram,
    logOwn: true,
  });
  try {
    use(machine);
  } finally {
    machine.close();
  }
}

/** Tells the writer program to store `value` into these pages. */
function list(machine: Machine, pages: readonly number[], value: number): void {
  const data = machine.data(0);
  const header = new DataView(data);
  header.setUint32(writeList.count, pages.length, true);
  header.setUint32(writeList.value, value, true);
  new Uint32Array(data, writeList.frames).set(pages.map(frameOf));
}

describeWith('kvm-bitmap', 'a KVM machine', () => {
  it('runs its program, which stores where it was told and then does its I/O', () => {
    withMachine((machine) => {
      const [vcpu] = machine.vm.vcpus;
      list(machine, [0, 7, 16_383], 0xabcdef);
      vcpu?.run();
      expect(vcpu?.exitReason).toBe(exitReason.io);
      const memory = new Pages(machine.memory);
      const stored = [0, 1, 7, 16_383].map((page) => new DataView(memory.page(page).slice().buffer).getUint32(0, true));
      expect(stored).toEqual([0xabcdef, 0, 0xabcdef, 0xabcdef]);
    });
  });

  it('has every page of its own that it touches under a name', () => {
    withMachine((machine) => {
      const [vcpu] = machine.vm.vcpus;
      const { tables, code, data, ownBytes } = machine.layout;
      const named = [tables, code, ...data];
      const own = machine.vm.slots.at(-1);
      if (own === undefined) throw new Error('no slot of its own');
      for (let epoch = 0; epoch < 10; epoch++) {
        list(machine, [epoch, 100 + epoch], epoch);
        vcpu?.run();
      }
      const touched = dirtyPages(machine, own.number, own.pages);
      const nameOf = (page: number) =>
        named.find(({ offset, bytes }) => page * pageBytes >= offset && page * pageBytes < offset + bytes)?.name;
      expect(touched.map(nameOf)).not.toContain(undefined);
      // The areas follow one another without a gap and fill the slot.
      expect(named.map(({ offset }) => offset)).toEqual([
        0,
        ...named.slice(0, -1).map((area) => area.offset + area.bytes),
      ]);
      expect(named.reduce((sum, area) => sum + area.bytes, 0)).toBe(ownBytes);
    });
  });

  it('writes none of its own pages: the processor finds accessed and dirty bits set, and code and list are only read', () => {
    withMachine((machine) => {
      const own = machine.vm.slots.at(-1);
      if (own === undefined) throw new Error('no slot of its own');
      list(machine, [1, 2, 3], 1);
      machine.vm.vcpus[0]?.run();
      expect(dirtyPages(machine, own.number, own.pages)).toEqual([]);
    });
  });

  it('gives its registers away and takes them back, past the I/O once it is settled', () => {
    withMachine((machine) => {
      const [vcpu] = machine.vm.vcpus;
      if (vcpu === undefined) throw new Error('no vCPU');
      list(machine, [3], 1);
      vcpu.run();
      const instruction = () => vcpu.get('registers').getBigUint64(registers.rip, true);
      vcpu.settle();
      const settled = instruction();
      const state = vcpu.get('registers');
      state.setBigUint64(registers.rip, settled - 1n, true);
      vcpu.set('registers', state);
      expect(instruction()).toBe(settled - 1n);
      state.setBigUint64(registers.rip, settled, true);
      vcpu.set('registers', state);
      vcpu.set('specialRegisters', vcpu.get('specialRegisters'));
      vcpu.set('floatingPoint', vcpu.get('floatingPoint'));
      list(machine, [5], 9);
      vcpu.run();
      expect(vcpu.exitReason).toBe(exitReason.io);
      expect(new Pages(machine.memory).page(5)[0]).toBe(9);
    });
  });
});

/** The pages of a slot that KVM has logged as written. */
function dirtyPages(machine: Machine, slot: number, pages: number): number[] {
  const bitmap = Mapping.anonymous(Math.ceil(pages / 64) * 8);
  try {
    machine.vm.getDirtyLog(slot, bitmap.address);
    const bytes = new Uint8Array(bitmap.window(0, bitmap.bytes));
    return Array.from({ length: pages }, (_, page) => page).filter(
      (page) => ((bytes[page >> 3] ?? 0) >> (page & 7)) & 1,
    );
  } finally {
    bitmap.close();
  }
}
