import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What runs guests underneath KVM: Intel's extensions, AMD's, or none (PVM, KVM in software). */
export type KvmBackend = 'vmx' | 'svm' | 'pvm' | 'unknown';

/** How guest addresses are translated: by the processor (EPT, NPT), or by page tables that KVM keeps itself. */
export type KvmPaging = 'ept' | 'npt' | 'shadow' | 'unknown';

/** Which KVM this is. */
export interface KvmHost {
  readonly backend: KvmBackend;
  readonly paging: KvmPaging;
  /** The processor itself logs dirty pages (Intel's page modification logging); null: this machine does not say. */
  readonly pml: boolean | null;
  /** Whether this machine is a virtual one itself. */
  readonly nested: boolean;
  /** What all that changes in the meaning of a figure, each a sentence. */
  readonly warnings: readonly string[];
}

/** Where each backend's module says what it uses. */
const pagingParameter = {
  vmx: { paging: 'ept', path: 'kvm_intel/parameters/ept' },
  svm: { paging: 'npt', path: 'kvm_amd/parameters/npt' },
} as const;

/** Which KVM this machine has; null if it has none. `root` is where /dev, /proc and /sys are. */
export function readKvmHost(root = '/'): KvmHost | null {
  if (!existsSync(join(root, 'dev/kvm'))) return null;
  const flags = cpuFlags(root);
  const backend = backendOf(root, flags);
  const paging = pagingOf(root, backend);
  const pml = backend === 'vmx' ? parameter(root, 'kvm_intel/parameters/pml') : false;
  const nested = flags.has('hypervisor');
  return { backend, paging, pml, nested, warnings: warningsOf(backend, paging, pml, nested) };
}

/** By the processor's flags: modules that are built into the kernel are listed also where they found nothing to use. */
function backendOf(root: string, flags: ReadonlySet<string>): KvmBackend {
  if (flags.has('vmx')) return 'vmx';
  if (flags.has('svm')) return 'svm';
  return existsSync(join(root, 'sys/module/kvm_pvm')) ? 'pvm' : 'unknown';
}

function pagingOf(root: string, backend: KvmBackend): KvmPaging {
  if (backend === 'pvm') return 'shadow';
  if (backend === 'unknown') return 'unknown';
  const { paging, path } = pagingParameter[backend];
  const on = parameter(root, path);
  if (on === null) return 'unknown';
  return on ? paging : 'shadow';
}

function warningsOf(backend: KvmBackend, paging: KvmPaging, pml: boolean | null, nested: boolean): string[] {
  const warnings: string[] = [];
  if (backend === 'pvm') {
    warnings.push('KVM runs the guest in software (PVM): guest time includes the emulation of instructions');
  } else if (paging === 'shadow') {
    warnings.push('KVM keeps shadow page tables (no EPT or NPT): guest time includes their upkeep');
  }
  if (pml === true) {
    warnings.push(
      'the processor logs dirty pages (PML): guest time has an exit for every 512 pages, not a fault for each',
    );
  }
  if (nested && backend !== 'pvm') {
    warnings.push('KVM runs inside a virtual machine: every exit of the guest passes through the hypervisor below');
  }
  return warnings;
}

function cpuFlags(root: string): Set<string> {
  const [, flags = ''] = /^flags\s*:(.*)$/m.exec(read(join(root, 'proc/cpuinfo')) ?? '') ?? [];
  return new Set(flags.trim().split(' '));
}

/** A module's parameter that is on or off; null if it is not there. */
function parameter(root: string, path: string): boolean | null {
  const text = read(join(root, 'sys/module', path))?.trim();
  return text === undefined ? null : text === 'Y' || text === '1';
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
