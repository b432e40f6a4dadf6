import type { ProcessTrackerKind } from './kind.js';
import { Mincore } from './mincore.js';
import { PagemapAnon } from './pagemap-anon.js';
import { PagemapRead } from './pagemap-read.js';
import { PagemapScan } from './pagemap-scan.js';
import { ProcessNull } from './process-null.js';
import { SoftDirty } from './soft-dirty.js';
import { UffdQueue } from './uffd-queue.js';

export const processTrackerNames = [
  'process-null',
  'pagemap-scan',
  'pagemap-read',
  'soft-dirty',
  'uffd-queue',
  'pagemap-anon',
  'mincore',
] as const;

export type ProcessTrackerName = (typeof processTrackerNames)[number];

const asynchronous = 'Linux 6.7 or newer, with userfaultfd (CONFIG_USERFAULTFD, CONFIG_PTE_MARKER_UFFD_WP)';
/** Page tables that userfaultfd makes for all of the memory, written or not. */
const tableBytes = (pages: number) => pages * 8;

/** Every tracker on this process's own memory. */
export const processTrackers: Record<ProcessTrackerName, ProcessTrackerKind> = {
  'process-null': {
    guest: 'process',
    summary: 'a call that the kernel refuses at once, and no page found: the floor of the trackers on a process',
    usedBy: 'dirtybench',
    floor: true,
    needs: 'Linux on x86-64',
    bytes: () => 0,
    attach: () => new ProcessNull(),
  },
  'pagemap-scan': {
    guest: 'process',
    nsPerPage: 1.8,
    summary: 'userfaultfd’s asynchronous protection, and one call that lists the pages written and protects them again',
    usedBy: 'CRIU',
    needs: asynchronous,
    bytes: (pages) => PagemapScan.bytes + tableBytes(pages),
    attach: (memory) => PagemapScan.attach(memory),
  },
  'pagemap-read': {
    guest: 'process',
    nsPerPage: 8,
    summary: 'userfaultfd’s asynchronous protection, and every entry of /proc/self/pagemap read for it',
    usedBy: 'no hypervisor known; the way before PAGEMAP_SCAN',
    needs: asynchronous,
    bytes: (pages) => PagemapRead.bytes + tableBytes(pages),
    attach: (memory) => PagemapRead.attach(memory),
  },
  'soft-dirty': {
    guest: 'process',
    nsPerPage: 8,
    summary: 'the kernel’s soft-dirty bit of every page, read from /proc/self/pagemap and cleared by clear_refs',
    usedBy: 'CRIU',
    needs: 'a kernel built with CONFIG_MEM_SOFT_DIRTY',
    bytes: () => SoftDirty.bytes,
    attach: (memory) => SoftDirty.attach(memory),
  },
  'uffd-queue': {
    guest: 'process',
    threads: true,
    summary: 'userfaultfd’s queue of page faults, served by another thread: the paper’s queue made of faults',
    usedBy: 'QEMU (background-snapshot)',
    needs: 'Linux 6.4 or newer, with userfaultfd (CONFIG_USERFAULTFD, CONFIG_PTE_MARKER_UFFD_WP)',
    bytes: (pages) => UffdQueue.bytes(pages) + tableBytes(pages),
    attach: (memory) => UffdQueue.attach(memory),
  },
  'pagemap-anon': {
    guest: 'process',
    exactness: 'cumulative',
    nsPerPage: 8,
    summary: 'every entry of /proc/self/pagemap read for pages that are the process’s own: all that was ever written',
    usedBy: 'CubeSandbox',
    needs: 'Linux on x86-64, with /proc/self/pagemap (CONFIG_PROC_PAGE_MONITOR)',
    bytes: () => PagemapAnon.bytes,
    attach: (memory) => PagemapAnon.attach(memory),
  },
  mincore: {
    guest: 'process',
    exactness: 'cumulative',
    nsPerPage: 2,
    summary: 'mincore(2), a byte a page: every page that is resident, written or not',
    usedBy: 'Firecracker (snapshots without a dirty log)',
    needs: 'Linux on x86-64',
    bytes: () => Mincore.bytes,
    attach: (memory) => Mincore.attach(memory),
  },
};
