import { pageBytes } from '../base/size.js';

/**
 * Where things are in the guest's physical memory. The workload's pages lie from 0 to 3 GiB and go on at 4 GiB; between
 * the two, where KVM and the devices of a PC have theirs, lies what the guest itself needs, in a slot that is not logged:
 * its page tables, its code, and for each vCPU an area with what the two tell each other: the host writes there what the guest
 * is to do, and a guest that goes on writing by itself (`writeLoop`) writes there how far it is.
 */
const gib = 2 ** 30;
const largePageBytes = 2 ** 21;
const entriesPerTable = 512;
const tableBytes = entriesPerTable * 8;

/** Where the hole in the workload's memory begins and ends, in bytes. */
export const hole = { begin: 3 * gib, end: 4 * gib } as const;

/** The hole's begin and length in pages. */
const holePage = hole.begin / pageBytes;
const holePages = (hole.end - hole.begin) / pageBytes;

/** Bits of a page-table entry (Intel SDM 3A 4.5): accessed and dirty are set beforehand, so the processor never does. */
const entry = { present: 1, writable: 2, accessed: 0x20, dirty: 0x40, large: 0x80 } as const;
const tableEntry = entry.present | entry.writable | entry.accessed;
const pageEntry = tableEntry | entry.dirty | entry.large;

/** A run of guest memory that backs pages of the workload. */
interface Run {
  readonly guestAddress: number;
  /** Offset in the workload's memory. */
  readonly offset: number;
  readonly bytes: number;
}

/** A part of the guest's own memory. */
export interface OwnArea {
  readonly name: string;
  /** Offset in the guest's own memory, and size, in bytes. */
  readonly offset: number;
  readonly bytes: number;
}

/** The guest's physical memory: what is where. */
export interface Layout {
  readonly runs: readonly Run[];
  readonly ownAddress: number;
  readonly ownBytes: number;
  readonly tables: OwnArea;
  readonly code: OwnArea;
  /** One for each vCPU. */
  readonly data: readonly OwnArea[];
}

/** The layout of a guest with `memoryBytes` for the workload, and `dataBytes` for each of its vCPUs. */
export function layoutOf(memoryBytes: number, codeBytes: number, dataBytes: number, vcpus: number): Layout {
  const low = { guestAddress: 0, offset: 0, bytes: Math.min(memoryBytes, hole.begin) };
  const high = { guestAddress: hole.end, offset: low.bytes, bytes: memoryBytes - low.bytes };
  const tables = { name: 'page tables', offset: 0, bytes: tablesBytes(high.guestAddress + high.bytes) };
  const code = { name: 'code', offset: tables.bytes, bytes: wholePages(codeBytes) };
  const data = Array.from({ length: vcpus }, (_, vcpu) => ({
    name: `data of vCPU ${vcpu}`,
    offset: code.offset + code.bytes + vcpu * wholePages(dataBytes),
    bytes: wholePages(dataBytes),
  }));
  return {
    runs: high.bytes === 0 ? [low] : [low, high],
    ownAddress: hole.begin,
    ownBytes: code.offset + code.bytes + vcpus * wholePages(dataBytes),
    tables,
    code,
    data,
  };
}

/** The guest-physical frame of a page of the workload: the same, but that the hole is left out. */
export function frameOf(page: number): number {
  return page < holePage ? page : page + holePages;
}

function wholePages(bytes: number): number {
  return Math.ceil(bytes / pageBytes) * pageBytes;
}

/** How many tables of each level an identity map up to `top` takes, in large pages of 2 MiB. */
function tableCounts(top: number): { directories: number; pointers: number } {
  const directories = Math.ceil(top / gib);
  return { directories, pointers: Math.ceil(directories / entriesPerTable) };
}

function tablesBytes(top: number): number {
  const { directories, pointers } = tableCounts(top);
  return (1 + pointers + directories) * tableBytes;
}

/**
 * Writes an identity map into `tables`, which lie at the guest address `address`: one root, then the tables of 512 GiB
 * each, then those of 1 GiB each.
 */
export function writeTables(tables: ArrayBuffer, address: number, layout: Layout): void {
  const top = layout.runs.reduce((highest, run) => Math.max(highest, run.guestAddress + run.bytes), hole.end);
  const { directories, pointers } = tableCounts(top);
  const entries = new BigUint64Array(tables);
  const firstPointer = 1;
  const firstDirectory = firstPointer + pointers;
  const tableAt = (table: number) => BigInt(address + table * tableBytes + tableEntry);
  for (let i = 0; i < pointers; i++) entries[i] = tableAt(firstPointer + i);
  for (let i = 0; i < directories; i++) entries[firstPointer * entriesPerTable + i] = tableAt(firstDirectory + i);
  for (let i = 0; i < directories * entriesPerTable; i++) {
    entries[firstDirectory * entriesPerTable + i] = BigInt(i * largePageBytes + pageEntry);
  }
}
