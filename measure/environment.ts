import { readFileSync } from 'node:fs';
import { arch, cpus, loadavg, release } from 'node:os';
import { usableCores, usableMemory } from '../base/machine.js';
import { readKvmHost } from '../kernel/kvm-host.js';
import type { Environment } from '../results/schema.js';

/** This machine, as far as it says: what could explain a figure. */
export function readEnvironment(): Environment {
  return {
    cpu: cpus()[0]?.model.trim() || 'unknown',
    cores: usableCores(),
    l1dBytes: cacheBytes(1),
    l2Bytes: cacheBytes(2),
    l3Bytes: cacheBytes(3),
    memoryBytes: usableMemory(),
    kernel: release(),
    arch: arch(),
    hypervisor: hypervisor(),
    governor: line('/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor'),
    transparentHugePages: /\[(\w+)\]/.exec(line('/sys/kernel/mm/transparent_hugepage/enabled') ?? '')?.[1] ?? null,
    node: process.versions.node,
    v8: process.versions.v8,
    kvm: kvmHost(),
  };
}

function kvmHost(): Environment['kvm'] {
  const host = readKvmHost();
  return host && { ...host, warnings: [...host.warnings] };
}

/** Load average over the last minute. */
export function readLoad(): number {
  return loadavg()[0] ?? 0;
}

const cacheFolder = '/sys/devices/system/cpu/cpu0/cache';

/** Bytes of the first core's data or unified cache of a level. */
function cacheBytes(level: number): number | null {
  for (const index of [0, 1, 2, 3, 4]) {
    const folder = `${cacheFolder}/index${index}`;
    if (line(`${folder}/level`) !== String(level) || line(`${folder}/type`) === 'Instruction') continue;
    const kibibytes = /^(\d+)K$/.exec(line(`${folder}/size`) ?? '')?.[1];
    return kibibytes === undefined ? null : Number(kibibytes) * 1024;
  }
  return null;
}

/** What this machine is a guest of itself; null on bare metal. */
function hypervisor(): string | null {
  if (!/^flags\s*:.*\bhypervisor\b/m.test(text('/proc/cpuinfo') ?? '')) return null;
  const vendor = [line('/sys/class/dmi/id/sys_vendor'), line('/sys/class/dmi/id/product_name')].filter(Boolean);
  return vendor.length === 0 ? 'virtual machine (hypervisor not identified)' : vendor.join(' ');
}

function line(path: string): string | null {
  return text(path)?.trim() || null;
}

function text(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
