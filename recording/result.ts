import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { mostTracePages } from '../base/trace.js';
import { seenFills } from './lackey-calls.js';
import { numberPages, type Run } from './numbering.js';
import { type Slowdown, slowdownOf } from './pace.js';
import type { Recorded, RecordingPlan, RecordingTarget } from './plan.js';
import { RecordingError } from './problem.js';
import type { ReadEpochs } from './reader.js';
import { describeRule } from './rule.js';
import { type ProgramName, type TraceHeader, writeTrace } from './tracefile.js';

/** The name and command line of what is recorded, as long as it is there. */
export function nameOf(target: RecordingTarget): ProgramName {
  if (target.kind === 'command') {
    return { program: basename(target.command[0] ?? ''), command: target.command.join(' ') };
  }
  const read = (file: string) => {
    try {
      return readFileSync(`/proc/${target.pid}/${file}`, 'utf8').replaceAll('\0', ' ').trim();
    } catch {
      return '';
    }
  };
  const program = read('comm') || `process ${target.pid}`;
  return { program, command: read('cmdline') || program };
}

/** What the kernel's way never sees, whatever the program. */
const neverSeen =
  'how often a page was stored to and in which order, what others write to memory shared with it, what io_uring and devices write';

/** How a trace of lackey's words was made, and what they do not tell. */
export const lackeyWay = "valgrind's lackey";
/** What such a trace does not tell, as a line. */
export const lackeyNotSeen = `what the kernel writes for the program, but by ${seenFills}`;

/** What a trace says of itself, but for what its epochs say. */
export type TraceWords = Omit<TraceHeader, 'pages' | 'resident' | 'epochs'>;

/** Writes what was recorded to a trace file. @throws Error as writing does. */
export async function writeRecorded(
  path: string,
  recorded: Recorded,
  { name, plan, kernel, tool }: { name: ProgramName; plan: RecordingPlan; kernel: string; tool: string },
): Promise<TraceHeader> {
  const { epochs, present } = recorded;
  return await writeEpochs(
    path,
    { epochs, present, stores: null },
    {
      ...name,
      epoch: describeRule(plan.rule),
      date: dateOf(new Date()),
      'recorded-with': tool,
      way: 'ptrace, userfaultfd and PAGEMAP_SCAN',
      kernel,
      'not-seen': [neverSeen, ...recorded.unseen.map(([what, bytes]) => `${bytes} bytes of ${what}`)].join('; '),
      cost: `${describeCost(recorded)}${describeSlowdown(slowdownOf(recorded.paces))}`,
    },
  );
}

/** How fast epochs were recorded, and what was done in each, in words that go on. */
export function describeCost({ epochs, seconds, stops, calls }: Recorded): string {
  const count = epochs.starts.length - 1;
  const each = (number: number) => (number / count).toFixed(1);
  return `${(count / seconds).toFixed(0)} epochs per second, ${each(stops)} stops and ${each(calls)} ioctls each`;
}

function describeSlowdown(slowdown: Slowdown | null): string {
  return slowdown === null ? '' : `, ${slowdown.factor.toFixed(1)} times slower than by itself`;
}

/** A day as a trace has it. */
export function dateOf(day: Date): string {
  return day.toISOString().slice(0, 10);
}

/**
 * Writes epochs to a trace file; pages of the address space become numbers of the trace.
 * @throws RecordingError if there is more memory than a trace can number; Error as writing does.
 */
export async function writeEpochs(
  path: string,
  { epochs, present, stores }: Omit<ReadEpochs, 'name'>,
  words: TraceWords,
): Promise<TraceHeader> {
  const { pages, writes, starts } = epochs;
  const written = new Uint8Array(pages.length);
  for (const number of writes) written[number] = 1;
  const runs: Run[] = [...present];
  for (const [number, page] of pages.entries()) if (written[number] === 1) runs.push([page, page + 1]);
  const numbering = numberPages(runs);
  if (numbering.pages > mostTracePages) {
    throw new RecordingError(`${numbering.pages} pages are there: a trace numbers at most ${mostTracePages} (1 TiB)`);
  }
  const numbers = Uint32Array.from(pages, (page, number) => (written[number] === 1 ? numbering.number(page) : 0));
  const { program, command, epoch, ...rest } = words;
  const header: TraceHeader = {
    program,
    command,
    epoch,
    pages: numbering.pages,
    resident: numbering.resident,
    epochs: starts.length - 1,
    ...rest,
  };
  await writeTrace(path, header, lines(writes, starts, numbers, stores));
  return header;
}

function* lines(writes: Uint32Array, starts: Uint32Array, numbers: Uint32Array, stores: Uint32Array | null) {
  for (let i = 0; i + 1 < starts.length; i++) {
    const pages = writes.subarray(starts[i], starts[i + 1]).map((number) => numbers[number] as number);
    // Without stores there is no order of stores either.
    yield stores === null ? { stores: null, pages: pages.sort() } : { stores: stores[i] as number, pages };
  }
}
