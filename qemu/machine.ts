import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { QemuError } from './problem.js';
import { Qmp } from './qmp.js';

/** What a running QEMU says of its guest. */
export interface RunningGuest {
  readonly memoryBytes: number;
  /** Reads and writes of its disks per second. */
  readonly ioFrequency: number;
  /**
   * How many different pages are written in the interval, divided by its seconds: a page that is written several times in it counts once;
   * with `dirty-ring` once each time that QEMU empties the rings, which it does every second and whenever one is full.
   * It is a multiple of 256, since QEMU gives whole MiB a second, rounded down.
   */
  readonly dirtyPagesPerSecond: number;
  /** How QEMU counted the pages. */
  readonly mode: DirtyRateMode;
  /** What it counted, in MiB a second. */
  readonly dirtyMebibytesPerSecond: number;
}

/** The ways in which QEMU counts dirty pages, the most exact first; which of them it has depends on how it was started. */
export const dirtyRateModes = ['dirty-ring', 'dirty-bitmap', 'page-sampling'] as const;

/** One of `dirtyRateModes`. */
export type DirtyRateMode = (typeof dirtyRateModes)[number];

const memorySchema = z.object({ 'base-memory': z.number(), 'plugged-memory': z.number().default(0) });
const blockSchema = z.array(z.object({ stats: z.object({ rd_operations: z.number(), wr_operations: z.number() }) }));
const rateSchema = z.object({ status: z.string(), 'dirty-rate': z.number().optional() });

const pagesPerMebibyte = 256;
const pollMs = 50;
/** How much longer than an interval QEMU may go on counting after the interval's end until it is given up, in milliseconds. */
const lateMs = 5000;

/**
 * Asks a running QEMU for its guest's memory, and over an interval of whole seconds for its I/Os and its dirty pages.
 * @param seconds 1 to 60: QEMU refuses to count for longer
 * @throws QemuError if it cannot be asked.
 */
export async function askQemu(path: string, seconds: number): Promise<RunningGuest> {
  const qmp = await Qmp.open(path);
  try {
    const memory = memorySchema.parse(await insist(qmp, 'query-memory-size-summary'));
    const mode = await startCounting(qmp, seconds);
    const before = await operations(qmp);
    const begun = performance.now();
    await sleep(seconds * 1000);
    const after = await operations(qmp);
    const elapsed = (performance.now() - begun) / 1000;
    const rate = await counted(qmp, seconds);
    return {
      memoryBytes: memory['base-memory'] + memory['plugged-memory'],
      ioFrequency: (after - before) / elapsed,
      dirtyPagesPerSecond: rate * pagesPerMebibyte,
      mode,
      dirtyMebibytesPerSecond: rate,
    };
  } catch (error) {
    if (error instanceof z.ZodError) throw new QemuError(`QEMU at '${path}' answers in a form that is not known here`);
    throw error;
  } finally {
    qmp.close();
  }
}

/** @throws QemuError if QEMU refuses the command. */
async function insist(qmp: Qmp, command: string, parameters: Readonly<Record<string, unknown>> = {}): Promise<unknown> {
  const answer = await qmp.ask(command, parameters);
  if (answer.ok) return answer.value;
  throw new QemuError(`QEMU at '${qmp.path}' refuses '${command}': ${answer.why}`);
}

async function operations(qmp: Qmp): Promise<number> {
  const drives = blockSchema.parse(await insist(qmp, 'query-blockstats'));
  return drives.reduce((sum, { stats }) => sum + stats.rd_operations + stats.wr_operations, 0);
}

const kvmSchema = z.object({ enabled: z.boolean() });

/**
 * Begins counting dirty pages, in the first mode that this QEMU has. Without KVM it must not even be asked for the other modes:
 * QEMU 7.2 dies of the question.
 */
async function startCounting(qmp: Qmp, seconds: number): Promise<DirtyRateMode> {
  const { enabled } = kvmSchema.parse(await insist(qmp, 'query-kvm'));
  const refusals: string[] = [];
  for (const mode of enabled ? dirtyRateModes : (['page-sampling'] as const)) {
    const answer = await qmp.ask('calc-dirty-rate', { 'calc-time': seconds, mode });
    if (answer.ok) return mode;
    refusals.push(`${mode}: ${answer.why}`);
  }
  throw new QemuError(
    `QEMU at '${qmp.path}' does not count dirty pages in any mode (${refusals.join('; ')}); it takes QEMU 6.2 or newer`,
  );
}

/** MiB a second, when they are counted. */
async function counted(qmp: Qmp, seconds: number): Promise<number> {
  const deadlineMs = performance.now() + seconds * 1000 + lateMs;
  while (performance.now() < deadlineMs) {
    const { status, 'dirty-rate': rate } = rateSchema.parse(await insist(qmp, 'query-dirty-rate'));
    if (status === 'measured' && rate !== undefined) return rate;
    await sleep(pollMs);
  }
  throw new QemuError(`QEMU at '${qmp.path}' does not come to an end of counting dirty pages`);
}
