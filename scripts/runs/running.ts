import { readFileSync } from 'node:fs';
import { pageBytes } from '../../base/size.js';
import { UsageError } from '../../measure/problem.js';
import { askQemu } from '../../qemu/machine.js';
import { record } from '../../recording/session.js';
import { formatCount, formatMemory } from '../../reports/units.js';
import type { Found } from '../options/question.js';

/** What was found of a running guest or program, and that in words. */
export interface Observed {
  readonly found: Found;
  readonly note: string;
}

/**
 * Asks a running QEMU; `given` is how often a second it is to be synchronised, null: at its own I/Os.
 * @throws QemuError if it cannot be asked; UsageError if its guest does no I/O and nothing is given.
 */
export async function observeQemu(socket: string, seconds: number, given: number | null): Promise<Observed> {
  const guest = await askQemu(socket, seconds);
  const { memoryBytes, dirtyPagesPerSecond, mode, dirtyMebibytesPerSecond } = guest;
  const ioFrequency = given ?? guest.ioFrequency;
  if (ioFrequency === 0) {
    throw new UsageError(
      `the guest at '${socket}' read and wrote no disk in ${seconds} s: say with --io-frequency how often it is to be synchronised`,
    );
  }
  const pages = pagesBetween(dirtyPagesPerSecond, ioFrequency, memoryBytes);
  const few = dirtyMebibytesPerSecond === 0 ? ' (QEMU counts whole MiB: this is less than one)' : '';
  return {
    found: { memoryBytes, ioFrequency, pages },
    note:
      `QEMU at ${socket}: ${formatMemory(memoryBytes)}, ${formatCount(guest.ioFrequency)} reads and writes of its disks per second, ` +
      `${dirtyMebibytesPerSecond} MiB dirtied per second by ${mode}${few}: ${formatCount(pages)} pages per ${given === null ? 'I/O' : 'synchronisation'}, or more, since a ` +
      `page that is written again within the ${seconds} s counts once; --pages says better.`,
  };
}

/** What a user has said of a program; null: it is found out. */
export interface Given {
  /** How often a second it is to be synchronised; otherwise at its outputs. */
  readonly ioFrequency: number | null;
  readonly memoryBytes: number | null;
}

/**
 * Records a running program for so many seconds.
 * @throws RecordingError if it cannot be; UsageError if it ended no epoch, or itself.
 */
export async function observeProcess(pid: number, seconds: number, given: Given): Promise<Observed> {
  const recorded = await record(
    {
      target: { kind: 'process', pid },
      rule: { kind: 'output' },
      limits: { epochs: null, skipEpochs: 0, skipMs: 0 },
      durationMs: seconds * 1000,
      aloneMs: 0,
    },
    { signal: new AbortController().signal, began: () => {}, progress: () => {} },
  );
  if (recorded.exit !== null) throw hasEnded(pid);
  const { writes, starts } = recorded.epochs;
  const epochs = starts.length - 1;
  if (epochs === 0 || writes.length === 0) {
    throw new UsageError(
      `process ${pid} wrote no page before an output in ${seconds} s: give --memory, --pages and --io-frequency in place of --pid, or try again under load`,
    );
  }
  const outputs = epochs / recorded.seconds;
  const ioFrequency = given.ioFrequency ?? outputs;
  const memoryBytes = given.memoryBytes ?? residentBytes(pid);
  const pages = pagesBetween(writes.length / recorded.seconds, ioFrequency, memoryBytes);
  const found = { memoryBytes, ioFrequency, pages };
  return {
    found,
    note:
      `Process ${pid}: ${given.memoryBytes === null ? `${formatMemory(memoryBytes)} resident, ` : ''}${formatCount(outputs)} outputs per second, ` +
      `${formatCount(pages)} pages before each${given.ioFrequency === null ? '' : ' synchronisation, or fewer'}; it is slower while it is recorded.`,
  };
}

/** Pages of an epoch at this dirty rate (pages a second): one at least, and no more than there are. */
function pagesBetween(dirtyRate: number, ioFrequency: number, memoryBytes: number): number {
  return Math.min(Math.max(1, Math.round(dirtyRate / ioFrequency)), memoryBytes / pageBytes);
}

/** Memory of a process that is there, in bytes. @throws UsageError if it is not, or has ended and is still to be waited for. */
function residentBytes(pid: number): number {
  const [, kibibytes] = /^VmRSS:\s+(\d+) kB$/m.exec(statusOf(pid)) ?? [];
  if (kibibytes === undefined) throw hasEnded(pid);
  return Math.max(pageBytes, Number(kibibytes) * 1024);
}

function statusOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/status`, 'utf8');
  } catch {
    return '';
  }
}

function hasEnded(pid: number): UsageError {
  return new UsageError(
    `process ${pid} ended while it was recorded: give --memory, --pages and --io-frequency in place of --pid`,
  );
}
