import { catalogue, type TrackerNameOn } from '../catalogue.js';
import type { ProcessTrackerKind } from '../kind.js';
import { Mincore } from './mincore.js';
import { PagemapAnon } from './pagemap-anon.js';
import { PagemapRead } from './pagemap-read.js';
import { PagemapScan } from './pagemap-scan.js';
import { PagemapScanParallel } from './pagemap-scan-parallel.js';
import { ProcessNull } from './process-null.js';
import { SoftDirty } from './soft-dirty.js';
import { UffdQueue } from './uffd-queue.js';

/** The name of a tracker on this process's own memory. */
export type ProcessTrackerName = TrackerNameOn<'process'>;

const asynchronous = 'Linux 6.7 or newer, with userfaultfd (CONFIG_USERFAULTFD, CONFIG_PTE_MARKER_UFFD_WP)';
/** Page tables that userfaultfd makes for all of the memory, written or not. */
const tableBytes = (pages: number) => pages * 8;

/** Every tracker on this process's own memory. */
export const processTrackers: Record<ProcessTrackerName, ProcessTrackerKind> = {
  'process-null': {
    ...catalogue['process-null'],
    needs: 'Linux on x86-64',
    bytes: () => 0,
    attach: () => new ProcessNull(),
  },
  'pagemap-scan': {
    ...catalogue['pagemap-scan'],
    needs: asynchronous,
    bytes: (pages) => PagemapScan.bytes + tableBytes(pages),
    attach: (memory) => PagemapScan.attach(memory),
  },
  'pagemap-scan-parallel': {
    ...catalogue['pagemap-scan-parallel'],
    needs: asynchronous,
    bytes: (pages) => PagemapScanParallel.bytes(pages) + tableBytes(pages),
    attach: (memory) => PagemapScanParallel.attach(memory),
  },
  'pagemap-read': {
    ...catalogue['pagemap-read'],
    needs: asynchronous,
    bytes: (pages) => PagemapRead.bytes + tableBytes(pages),
    attach: (memory) => PagemapRead.attach(memory),
  },
  'soft-dirty': {
    ...catalogue['soft-dirty'],
    needs: 'a kernel built with CONFIG_MEM_SOFT_DIRTY',
    bytes: () => SoftDirty.bytes,
    attach: (memory) => SoftDirty.attach(memory),
  },
  'uffd-queue': {
    ...catalogue['uffd-queue'],
    needs: 'Linux 6.4 or newer, with userfaultfd (CONFIG_USERFAULTFD, CONFIG_PTE_MARKER_UFFD_WP)',
    bytes: (pages) => UffdQueue.bytes(pages) + tableBytes(pages),
    attach: (memory) => UffdQueue.attach(memory),
  },
  'pagemap-anon': {
    ...catalogue['pagemap-anon'],
    needs: 'Linux on x86-64, with /proc/self/pagemap (CONFIG_PROC_PAGE_MONITOR)',
    bytes: () => PagemapAnon.bytes,
    attach: (memory) => PagemapAnon.attach(memory),
  },
  mincore: {
    ...catalogue.mincore,
    needs: 'Linux on x86-64',
    bytes: () => Mincore.bytes,
    attach: (memory) => Mincore.attach(memory),
  },
};
