import { describe, expect, it } from 'vitest';
import { exitName, kvmRequest } from '../../kernel/kvm-abi.js';
import { faultRequest, scanRequest } from '../../kernel/memory-abi.js';

// The numbers as the kernel's headers expand them on x86-64: a wrong struct size shows as a wrong number.
describe('ioctl numbers', () => {
  it('of KVM are those of linux/kvm.h', () => {
    expect(kvmRequest).toEqual({
      getApiVersion: 0xae00,
      createVm: 0xae01,
      checkExtension: 0xae03,
      getVcpuMmapSize: 0xae04,
      getSupportedCpuid: 0xc008ae05,
      createVcpu: 0xae41,
      getDirtyLog: 0x4010ae42,
      setUserMemoryRegion: 0x4020ae46,
      setTssAddress: 0xae47,
      run: 0xae80,
      getRegisters: 0x8090ae81,
      setRegisters: 0x4090ae82,
      getSpecialRegisters: 0x8138ae83,
      setSpecialRegisters: 0x4138ae84,
      getFloatingPoint: 0x81a0ae8c,
      setFloatingPoint: 0x41a0ae8d,
      setCpuid2: 0x4008ae90,
      setMpState: 0x4004ae99,
      enableCap: 0x4068aea3,
      getTscKhz: 0xaea3,
      clearDirtyLog: 0xc018aec0,
      resetDirtyRings: 0xaec7,
    });
  });

  it('of userfaultfd and pagemap are those of linux/userfaultfd.h and linux/fs.h', () => {
    expect(faultRequest).toEqual({
      api: 0xc018aa3f,
      register: 0xc020aa00,
      unregister: 0x8010aa01,
      writeProtect: 0xc018aa06,
    });
    expect(scanRequest).toBe(0xc0606610);
  });
});

describe('exits', () => {
  it('have names, and an unknown one says so', () => {
    expect(exitName(31)).toBe('dirtyRingFull');
    expect(exitName(99)).toBe('unknown');
  });
});
