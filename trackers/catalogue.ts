import type { Exactness } from '../base/exactness.js';
import type { Duty, Family, Role, Room, TrackerFacts } from './facts.js';

const flags: Duty = { kind: 'read', bytesPerPage: 1 };
const bitmap: Duty = { kind: 'read', bytesPerPage: 1 / 8 };
/** The log's bits, and two passes over a byte per page. */
const bitmapAndFlags: Duty = { kind: 'read', bytesPerPage: 1 / 8 + 2 };
const pageTable: Duty = { kind: 'read', bytesPerPage: 8 };
const touch: Duty = { kind: 'touch' };

/** Bytes of a WebAssembly memory in which a vector loop lists what it finds. */
const simdRoom = 2 ** 18;
/** Bytes of a ring of as many entries as KVM allows, four bytes each. */
const ringRoom = 2 ** 18;
/** Bytes a page of levels of which each has a bit for 32 of the one below, 1/8 + 1/256 + 1/8192 + ...; and the lowest once more. */
const hierarchyPerPage = 4 / 31 + 1 / 8;

/** The facts of a tracker of dirtybench: its family and its role are always said, and what memory a scheme takes that is advised. */
type Entry = TrackerFacts & { readonly family: Family } & (
    | { readonly role: 'scheme'; readonly exactness: Exactness }
    | { readonly role: Exclude<Role, 'scheme'> }
    | { readonly role: 'scheme'; readonly exactness?: never; readonly room: Room }
  );

/**
 * What is to be said of every tracker of dirtybench, each fact in this place alone, in the order of legends and tables. What
 * makes the trackers is in `registry.ts`. This imports nothing that runs: reports and the site read it.
 */
export const catalogue = {
  'flag-scan': {
    guest: 'simulated',
    summary: 'one byte per page, every byte looked at: the conventional way of the paper',
    usedBy: 'QEMU 1.0, Kemari',
    family: 'flags',
    role: 'scheme',
    duty: flags,
    room: { perPage: 1, fixed: 0 },
    look: { colour: '#c8321f', dash: 'solid', shape: 'square' },
    nsPerPage: 0.6,
  },
  'flag-scan-words': {
    guest: 'simulated',
    summary: 'the same flags, looked at eight bytes at a time',
    usedBy: 'no hypervisor known; the conventional scan, written with care',
    family: 'flags',
    role: 'scheme',
    duty: flags,
    room: { perPage: 1, fixed: 0 },
    look: { colour: '#f08a00', dash: 'solid', shape: 'diamond' },
    nsPerPage: 0.15,
  },
  'flag-scan-simd': {
    guest: 'simulated',
    summary: 'the same flags, looked at 128 at a time by vector instructions (WebAssembly)',
    usedBy: 'no hypervisor known; the conventional scan at the speed of memory',
    family: 'flags',
    role: 'scheme',
    duty: flags,
    room: { perPage: 1, fixed: simdRoom },
    look: { colour: '#7f1d10', dash: 'dashed', shape: 'triangle-up' },
    nsPerPage: 0.03,
  },
  'bitmap-scan': {
    guest: 'simulated',
    summary: 'one bit per page, every word looked at',
    usedBy: "KVM's dirty log and those who walk it: QEMU, Firecracker, Cloud Hypervisor",
    family: 'bitmap',
    role: 'scheme',
    duty: bitmap,
    room: { perPage: 1 / 8, fixed: 0 },
    look: { colour: '#0b5cad', dash: 'solid', shape: 'cross' },
    nsPerPage: 0.03,
  },
  'hierarchical-bitmap': {
    guest: 'simulated',
    summary: 'a bitmap under levels of summary bits; only what is set is looked at',
    usedBy: 'QEMU (HBitmap, for block devices)',
    family: 'bitmap',
    role: 'scheme',
    duty: touch,
    room: { perPage: hierarchyPerPage, fixed: 0 },
    look: { colour: '#3fa9e8', dash: 'solid', shape: 'triangle-up' },
  },
  'bitmap-scan-simd': {
    guest: 'simulated',
    summary: 'the same bits, looked at 1024 at a time by vector instructions (WebAssembly)',
    usedBy: 'no hypervisor known; the bitmap at the speed of memory',
    family: 'bitmap',
    role: 'scheme',
    duty: bitmap,
    room: { perPage: 1 / 8, fixed: simdRoom },
    look: { colour: '#0a2f66', dash: 'dashed', shape: 'diamond' },
    nsPerPage: 0.005,
  },
  'bitmap-scan-parallel': {
    guest: 'simulated',
    summary: 'the same bits and vector instructions on up to four threads, with the cost of waking them',
    usedBy: "QEMU's micro-checkpointing",
    family: 'bitmap',
    role: 'scheme',
    duty: bitmap,
    room: { perPage: 1 / 8, fixed: 4 * simdRoom },
    look: { colour: '#6f8fd6', dash: 'dash-dot', shape: 'diamond' },
    nsPerPage: 0.005,
    exclusive: true,
  },
  'atomic-bitmap': {
    guest: 'simulated',
    summary: 'one bit per page, set by an atomic OR from any vCPU, every word looked at',
    usedBy: 'rust-vmm: Firecracker, Cloud Hypervisor',
    family: 'bitmap',
    role: 'scheme',
    duty: bitmap,
    room: { perPage: 1 / 8, fixed: 0 },
    look: { colour: '#2f7f9e', dash: 'dotted', shape: 'circle' },
    concurrent: true,
    nsPerPage: 0.03,
  },
  'flag-queue': {
    guest: 'simulated',
    summary: "a flag per page and a queue of the pages written: the paper's proposal",
    usedBy: 'the paper, Cuju',
    family: 'queue',
    role: 'scheme',
    duty: touch,
    room: { perPage: 4 + 1 / 8, fixed: 0 },
    look: { colour: '#009e73', dash: 'solid', shape: 'circle' },
  },
  'atomic-flag-queue': {
    guest: 'simulated',
    summary: 'a flag per page set by compare-exchange, and one queue for all vCPUs',
    usedBy: 'no hypervisor known; the proposal of the paper for several vCPUs',
    family: 'queue',
    role: 'scheme',
    duty: touch,
    room: { perPage: 1, perRoundedPage: 4, fixed: 0 },
    look: { colour: '#00523b', dash: 'dashed', shape: 'circle' },
    concurrent: true,
  },
  'dirty-ring': {
    guest: 'simulated',
    summary: 'a finite ring of the pages written; at its soft limit the guest stops until it is harvested',
    usedBy: "KVM's dirty ring; QEMU",
    family: 'ring',
    role: 'scheme',
    duty: touch,
    room: { perPage: 4 + 1 / 4, fixed: ringRoom },
    look: { colour: '#c04fa0', dash: 'dashed', shape: 'triangle-down' },
    takesRing: true,
  },
  'pml-buffer': {
    guest: 'simulated',
    summary: 'a log of 512 pages that spills into a bitmap when it is full',
    usedBy: "Intel's page modification logging; KVM, Xen",
    family: 'ring',
    role: 'scheme',
    duty: touch,
    room: { perPage: 1 / 4, fixed: 2048 },
    look: { colour: '#4b1d68', dash: 'dotted', shape: 'cross' },
  },
  'per-vcpu-rings': {
    guest: 'simulated',
    summary: 'a finite ring for each vCPU, and a flag per page set by compare-exchange',
    usedBy: "KVM's dirty rings; QEMU",
    family: 'ring',
    role: 'scheme',
    duty: touch,
    room: { perPage: 5 + 1 / 8, fixed: ringRoom },
    look: { colour: '#e39ad0', dash: 'dash-dot', shape: 'circle' },
    takesRing: true,
    concurrent: true,
  },
  'kvm-flags': {
    guest: 'kvm',
    summary: 'the dirty log copied into a byte per page, and two full passes over the bytes: as Kemari did',
    usedBy: 'QEMU 1.0, Kemari',
    family: 'flags',
    role: 'scheme',
    duty: bitmapAndFlags,
    room: { perPage: 1 + 1 / 8, fixed: 0 },
    look: { colour: '#d9573f', dash: 'dashed', shape: 'square' },
    nsPerPage: 2.2,
    nsPerWrite: 6_000,
  },
  'kvm-bitmap': {
    guest: 'kvm',
    summary: "KVM's dirty log, one bit per page, copied out and every word looked at",
    usedBy: 'QEMU, Firecracker, Cloud Hypervisor',
    family: 'bitmap',
    role: 'scheme',
    duty: bitmap,
    room: { perPage: 1 / 8, fixed: 0 },
    look: { colour: '#2b3fa8', dash: 'dashed', shape: 'cross' },
    nsPerPage: 0.06,
    nsPerWrite: 6_000,
  },
  'kvm-bitmap-clear': {
    guest: 'kvm',
    summary: 'the dirty log with manual protection: copied out first, then cleared where pages were found',
    usedBy: 'QEMU',
    family: 'bitmap',
    role: 'scheme',
    duty: bitmap,
    room: { perPage: 1 / 8, fixed: 0 },
    look: { colour: '#7fa6b8', dash: 'dashed', shape: 'triangle-right' },
    nsPerPage: 0.06,
    nsPerWrite: 6_000,
  },
  'kvm-bitmap-initially-set': {
    guest: 'kvm',
    summary:
      'manual protection with every bit set at first: turned on for nothing, then protected and cleared in chunks',
    usedBy: 'QEMU',
    family: 'bitmap',
    role: 'scheme',
    duty: bitmap,
    room: { perPage: 1 / 8 + 4, fixed: 0 },
    look: { colour: '#4d7f96', dash: 'dotted', shape: 'triangle-left' },
    nsPerPage: 0.06,
    nsPerWrite: 6_000,
    clearsInChunks: true,
  },
  'kvm-ring': {
    guest: 'kvm',
    summary: "KVM's dirty ring: a queue of the pages written, for each vCPU",
    usedBy: 'QEMU (dirty-ring-size)',
    family: 'ring',
    role: 'scheme',
    duty: touch,
    room: { perPage: 0, fixed: 2 ** 20 },
    look: { colour: '#9b3fb5', dash: 'solid', shape: 'triangle-down' },
    takesRing: true,
    nsPerWrite: 6_000,
  },
  'kvm-ring-deferred': {
    guest: 'kvm',
    summary: 'as kvm-ring, but pages are protected again at every fourth collect, and found in each until then',
    usedBy: 'no hypervisor known',
    family: 'ring',
    role: 'scheme',
    exactness: 'per epoch',
    duty: touch,
    room: { perPage: 0, fixed: 5 * 2 ** 18 },
    look: { colour: '#6f2a85', dash: 'dash-dot', shape: 'triangle-left' },
    takesRing: true,
    nsPerWrite: 6_000,
  },
  'pagemap-scan': {
    guest: 'process',
    summary: 'userfaultfd’s asynchronous protection, and one call that lists the pages written and protects them again',
    usedBy: 'no hypervisor known; made for GetWriteWatch (Wine)',
    family: 'page table',
    role: 'scheme',
    duty: pageTable,
    room: { perPage: 8, fixed: 384 * 2 ** 10 },
    look: { colour: '#6b7d12', dash: 'dotted', shape: 'triangle-down' },
    nsPerPage: 1.8,
    nsPerWrite: 5_000,
  },
  'pagemap-scan-parallel': {
    guest: 'process',
    summary:
      'as pagemap-scan, over parts of the memory at once: on as many threads as there are processors, up to four',
    usedBy: 'no hypervisor known',
    family: 'page table',
    role: 'scheme',
    duty: pageTable,
    room: { perPage: 8 + 4, fixed: 4 * 384 * 2 ** 10 },
    look: { colour: '#8fa01f', dash: 'long-dashed', shape: 'diamond' },
    exclusive: true,
    nsPerPage: 1.8,
    nsPerWrite: 5_000,
  },
  'pagemap-read': {
    guest: 'process',
    summary: 'userfaultfd’s asynchronous protection, and every entry of /proc/self/pagemap read for it',
    usedBy: 'no hypervisor known; the way before PAGEMAP_SCAN',
    family: 'page table',
    role: 'scheme',
    duty: pageTable,
    room: { perPage: 8, fixed: 2 ** 17 },
    look: { colour: '#8a5a2b', dash: 'solid', shape: 'triangle-right' },
    nsPerPage: 8,
    nsPerWrite: 5_000,
  },
  'soft-dirty': {
    guest: 'process',
    summary: 'the kernel’s soft-dirty bit of every page, read from /proc/self/pagemap and cleared by clear_refs',
    usedBy: 'CRIU',
    family: 'page table',
    role: 'scheme',
    duty: pageTable,
    room: { perPage: 0, fixed: 2 ** 17 },
    look: { colour: '#b59a2a', dash: 'dash-dot', shape: 'triangle-up' },
    onlyStopped: true,
    wholeProcess: true,
    nsPerPage: 8,
    nsPerWrite: 2_000,
  },
  'uffd-queue': {
    guest: 'process',
    summary: 'userfaultfd’s queue of page faults, served by another thread: the paper’s queue made of faults',
    usedBy: 'QEMU (background-snapshot)',
    family: 'queue',
    role: 'scheme',
    duty: touch,
    room: { perPage: 12, fixed: 0 },
    look: { colour: '#74b72e', dash: 'dash-dot', shape: 'triangle-down' },
    exclusive: true,
    nsPerWrite: 50_000,
  },
  'pagemap-anon': {
    guest: 'process',
    summary: 'every entry of /proc/self/pagemap read for pages that are the process’s own: all that was ever written',
    usedBy: 'CubeSandbox',
    family: 'page table',
    role: 'scheme',
    exactness: 'cumulative',
    duty: pageTable,
    look: { colour: '#c2693d', dash: 'dashed', shape: 'triangle-left' },
    nsPerPage: 8,
  },
  mincore: {
    guest: 'process',
    summary: 'mincore(2), a byte per page: every page that is resident, written or not',
    usedBy: 'Firecracker (snapshots without a dirty log)',
    family: 'page table',
    role: 'scheme',
    exactness: 'cumulative',
    duty: pageTable,
    look: { colour: '#5c7f3a', dash: 'solid', shape: 'triangle-left' },
    nsPerPage: 2,
  },
  'library-set': {
    guest: 'simulated',
    summary: "JavaScript's own Set of page numbers",
    usedBy: 'programs that have no need of speed',
    family: 'set',
    role: 'library',
    duty: touch,
    look: { colour: '#4b5563', dash: 'dotted', shape: 'square' },
  },
  'library-typedfastbitset': {
    guest: 'simulated',
    summary: 'one bit per page, every word looked at, by the package typedfastbitset',
    usedBy: 'users of typedfastbitset',
    family: 'bitmap',
    role: 'library',
    duty: bitmap,
    look: { colour: '#7c8796', dash: 'dotted', shape: 'diamond' },
  },
  'library-roaring': {
    guest: 'simulated',
    summary: 'a compressed bitmap, by the package roaring-wasm (CRoaring)',
    usedBy: 'users of Roaring bitmaps',
    family: 'set',
    role: 'library',
    duty: touch,
    look: { colour: '#374b6b', dash: 'dash-dot', shape: 'square' },
  },
  'library-sparse-set': {
    guest: 'simulated',
    summary: 'the sparse set of the package mnemonist: a list of pages, and where in the list each is',
    usedBy: 'users of mnemonist',
    family: 'set',
    role: 'library',
    duty: touch,
    look: { colour: '#5f7a6c', dash: 'dotted', shape: 'triangle-up' },
  },
  'limit-read': {
    guest: 'simulated',
    summary: 'reads one byte per page by vector instructions, and finds nothing: the limit of every scan of flags',
    usedBy: 'dirtybench',
    family: 'none',
    role: 'limit',
    look: { colour: '#5d6f91', dash: 'dash-dot', shape: 'triangle-right' },
    nsPerPage: 0.01,
  },
  'limit-touch': {
    guest: 'simulated',
    summary: 'clears one byte per dirty page, and finds nothing: the limit of every queue',
    usedBy: 'dirtybench',
    family: 'none',
    role: 'limit',
    look: { colour: '#b8860b', dash: 'dash-dot', shape: 'cross' },
  },
  null: {
    guest: 'simulated',
    summary: 'finds nothing: the timer and the loop, the floor under every other figure',
    usedBy: 'dirtybench',
    family: 'none',
    role: 'floor',
    look: { colour: '#8b949e', dash: 'dotted', shape: 'triangle-right' },
    concurrent: true,
  },
  'kvm-null': {
    guest: 'kvm',
    summary: 'a call that KVM answers at once, and no page found: the floor of the trackers on KVM',
    usedBy: 'dirtybench',
    family: 'none',
    role: 'floor',
    look: { colour: '#a9b1b9', dash: 'long-dashed', shape: 'triangle-right' },
    nsPerWrite: 6_000,
  },
  'process-null': {
    guest: 'process',
    summary: 'a call that the kernel refuses at once, and no page found: the floor of the trackers on a process',
    usedBy: 'dirtybench',
    family: 'none',
    role: 'floor',
    look: { colour: '#a58fa0', dash: 'long-dashed', shape: 'triangle-left' },
  },
} as const satisfies Readonly<Record<string, Entry>>;

/** The name of a tracker, as in sweeps, results and reports. */
export type TrackerName = keyof typeof catalogue;

/** The names of the trackers on one kind of guest. */
export type TrackerNameOn<Guest extends TrackerFacts['guest']> = {
  [Name in TrackerName]: (typeof catalogue)[Name]['guest'] extends Guest ? Name : never;
}[TrackerName];

/** Whether this version has a tracker of that name. */
export function isTrackerName(name: string): name is TrackerName {
  return Object.hasOwn(catalogue, name);
}

/** Every tracker's name, in the order of legends and tables. */
export const trackerNames: readonly TrackerName[] = Object.keys(catalogue).filter(isTrackerName);

/** What this version knows of a tracker of that name; null: nothing. */
export function knownFacts(name: string): TrackerFacts | null {
  return isTrackerName(name) ? catalogue[name] : null;
}

/** What a tracker promises of the pages that it finds; one that this version does not know is held to the most. */
export function exactnessOf(name: string): Exactness {
  return knownFacts(name)?.exactness ?? 'exact';
}
