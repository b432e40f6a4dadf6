import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { readKvmHost } from '../../kernel/kvm-host.js';

const roots: string[] = [];

/** A machine with these files. */
function machine(files: Record<string, string>): string {
  const root = mkdtempSync(join(tmpdir(), 'kvm-host-'));
  roots.push(root);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}

afterEach(() => {
  for (const root of roots.splice(0)) rmSync(root, { recursive: true });
});

describe('the description of KVM', () => {
  it('is absent where there is no KVM', () => {
    expect(readKvmHost(machine({ 'proc/cpuinfo': 'flags : vmx\n' }))).toBeNull();
  });

  it('knows Intel’s, with EPT and PML', () => {
    const root = machine({
      'dev/kvm': '',
      'proc/cpuinfo': 'model name : x\nflags\t\t: fpu vmx sse2\n',
      'sys/module/kvm_intel/parameters/ept': 'Y\n',
      'sys/module/kvm_intel/parameters/pml': 'Y\n',
    });
    expect(readKvmHost(root)).toEqual({
      backend: 'vmx',
      paging: 'ept',
      pml: true,
      nested: false,
      warnings: [expect.stringContaining('PML')],
    });
  });

  it('knows AMD’s inside a virtual machine, with nested paging off', () => {
    const root = machine({
      'dev/kvm': '',
      'proc/cpuinfo': 'flags : svm hypervisor\n',
      'sys/module/kvm_intel/parameters/ept': 'Y\n',
      'sys/module/kvm_amd/parameters/npt': '0\n',
    });
    expect(readKvmHost(root)).toEqual({
      backend: 'svm',
      paging: 'shadow',
      pml: false,
      nested: true,
      warnings: [expect.stringContaining('shadow page tables'), expect.stringContaining('inside a virtual machine')],
    });
  });

  it('knows PVM, which needs no extension of the processor, and warns of it', () => {
    const root = machine({
      'dev/kvm': '',
      'proc/cpuinfo': 'flags : fpu hypervisor\n',
      'sys/module/kvm_pvm/parameters/force': 'N\n',
    });
    expect(readKvmHost(root)).toEqual({
      backend: 'pvm',
      paging: 'shadow',
      pml: false,
      nested: true,
      warnings: [expect.stringContaining('in software (PVM)')],
    });
  });

  it('says so where a machine does not tell', () => {
    const root = machine({ 'dev/kvm': '', 'proc/cpuinfo': 'flags : vmx\n' });
    expect(readKvmHost(root)).toMatchObject({ backend: 'vmx', paging: 'unknown', pml: null, warnings: [] });
  });
});
