import { closeSync, ftruncateSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Backing } from '../base/backing.js';
import { KernelError } from './error.js';
import { hugePageBytes, Mapping } from './memory.js';

/** Every backing, with a line on what it is. */
export const backings: Record<Backing, { readonly summary: string }> = {
  '4k': { summary: 'pages of 4 KiB, which are there when they are first written' },
  thp: {
    summary: 'transparent huge pages of 2 MiB, all of them there from the start; the kernel splits them as it likes',
  },
  hugetlb: { summary: 'huge pages of 2 MiB that were set aside by nr_hugepages, and are never split' },
  file: { summary: 'a private copy of a file, as a guest has that is restored: a page is copied at its first write' },
};

/** The least share of memory that must be in huge pages for it to be called so. */
const leastHuge = 0.9;

/**
 * Zeroed memory with this backing. Huge pages are all there before anyone watches them: what is watched first is given
 * small pages when it is written, and never huge ones.
 * @throws KernelError if the machine does not have such memory; the remedy says how to get it.
 */
export function backedMemory(bytes: number, backing: Backing): Mapping {
  return made[backing](bytes);
}

const made: Record<Backing, (bytes: number) => Mapping> = {
  '4k': (bytes) => Mapping.anonymous(bytes),
  thp: (bytes) => populated(Mapping.transparent(bytes), checkHuge),
  hugetlb: (bytes) => populated(Mapping.huge(bytes)),
  file: copyOfNewFile,
};

/** Has all of it there, or closes it. */
function populated(memory: Mapping, check: (memory: Mapping) => void = () => {}): Mapping {
  try {
    memory.populate();
    check(memory);
    return memory;
  } catch (error) {
    memory.close();
    throw error;
  }
}

/**
 * A private copy of a file that nothing was written to, so that it takes no room on the disk and no time of the disk's: what a page
 * takes to be there is the file system's and the kernel's own time. The file has no name any more, and ends with the mapping.
 */
function copyOfNewFile(bytes: number): Mapping {
  const descriptor = namelessFile();
  try {
    grow(descriptor, bytes);
    return Mapping.copyOfFile(descriptor, bytes);
  } finally {
    closeSync(descriptor);
  }
}

function namelessFile(): number {
  try {
    const folder = mkdtempSync(join(tmpdir(), 'dirtybench-guest-'));
    try {
      return openSync(join(folder, 'memory'), 'wx+');
    } finally {
      rmSync(folder, { recursive: true });
    }
  } catch (error) {
    throw fileError(`a file in ${tmpdir()}`, error, 'TMPDIR, a folder that can be written');
  }
}

function grow(descriptor: number, bytes: number): void {
  try {
    ftruncateSync(descriptor, bytes);
  } catch (error) {
    const remedy = 'TMPDIR, a folder on a file system that has files of that size';
    throw fileError(`a file of ${bytes} bytes in ${tmpdir()}`, error, remedy);
  }
}

/** Node names the error, says what it is, and then the call. */
function fileError(what: string, error: unknown, remedy: string): KernelError {
  const text = error instanceof Error ? error.message : String(error);
  const { name = '', why = text } = /^(?<name>[A-Z0-9]+): (?<why>[^,]*)/.exec(text)?.groups ?? {};
  return new KernelError(what, name, why, remedy);
}

/** @throws KernelError unless nearly all of it is in huge pages. */
function checkHuge(memory: Mapping): void {
  const huge = transparentBytes(memory);
  if (huge >= leastHuge * memory.bytes) return;
  const why = `${huge / hugePageBytes} of ${memory.bytes / hugePageBytes} huge pages were given`;
  throw new KernelError('transparent huge pages', '', why, remedyAgainstSmall());
}

function remedyAgainstSmall(): string {
  const setting = '/sys/kernel/mm/transparent_hugepage/enabled';
  return /\[never\]/.test(textOf(setting) ?? '[never]')
    ? `echo madvise > ${setting}, as root, on a kernel with CONFIG_TRANSPARENT_HUGEPAGE`
    : 'echo 1 > /proc/sys/vm/compact_memory, as root, or a smaller guest';
}

/** Bytes of a mapping that are in transparent huge pages now. @throws KernelError if the kernel does not say. */
export function transparentBytes(memory: Mapping): number {
  const text = textOf('/proc/self/smaps');
  if (text === null) throw new KernelError('read /proc/self/smaps', '', 'it cannot be read', 'a /proc that is mounted');
  let inside = false;
  let bytes = 0;
  for (const line of text.split('\n')) {
    const area = /^([0-9a-f]+)-([0-9a-f]+) /.exec(line);
    if (area !== null)
      inside = isWithin(memory, Number.parseInt(area[1] ?? '', 16), Number.parseInt(area[2] ?? '', 16));
    const huge = inside ? /^AnonHugePages: +(\d+) kB/.exec(line) : null;
    if (huge !== null) bytes += Number(huge[1]) * 1024;
  }
  return bytes;
}

function isWithin({ address, bytes }: Mapping, start: number, end: number): boolean {
  return start >= address && end <= address + bytes;
}

/** @throws KernelError if this machine has not enough huge pages free that were set aside; they are not taken. */
export function checkSetAside(bytes: number): void {
  Mapping.huge(bytes).close();
}

function textOf(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
