import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** What this process holds of the kernel's. */
export interface Resources {
  /** Open files. */
  readonly files: number;
  /** Of these, what guests and their trackers open, by name. */
  readonly kernelFiles: readonly string[];
  /** Bytes mapped without huge pages: guests' memory, and the buffers of trackers; nothing else here maps so. */
  readonly guestBytes: number;
  /** Mappings of vCPUs and their rings. */
  readonly vcpuMappings: number;
}

/** What this process holds now. */
export function resources(): Resources {
  const files = openFiles();
  const mappings = readFileSync('/proc/self/smaps', 'utf8').split(/(?=^[0-9a-f]+-[0-9a-f]+ )/m);
  return {
    files: files.length,
    kernelFiles: files.filter((name) => /kvm|userfaultfd|pagemap|clear_refs/.test(name)),
    guestBytes: mappings.filter((mapping) => /^VmFlags:.* nh/m.test(mapping)).reduce((sum, one) => sum + bytes(one), 0),
    vcpuMappings: mappings.filter((mapping) => /^[^\n]*anon_inode:kvm-vcpu/.test(mapping)).length,
  };
}

function bytes(mapping: string): number {
  return Number(/^Size:\s+(\d+) kB/m.exec(mapping)?.[1]) * 1024;
}

function openFiles(): string[] {
  return readdirSync('/proc/self/fd').flatMap((descriptor) => {
    try {
      return [readlinkSync(`/proc/self/fd/${descriptor}`)];
    } catch {
      // The directory's own descriptor is gone by now.
      return [];
    }
  });
}
