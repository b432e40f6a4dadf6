import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { numberPages, type Run } from './numbering.js';
import type { Recorded, RecordingPlan, RecordingTarget } from './plan.js';
import { describeRule } from './rule.js';
import { type TraceHeader, writeTrace } from './tracefile.js';

/** What runs as process `pid`, or shall run. */
export interface ProgramName {
  readonly program: string;
  readonly command: string;
}

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

/** Writes what was recorded to a trace file. @throws Error as writing does. */
export async function writeRecorded(
  path: string,
  recorded: Recorded,
  { name, plan, kernel, tool }: { name: ProgramName; plan: RecordingPlan; kernel: string; tool: string },
): Promise<TraceHeader> {
  const { pages, writes, starts } = recorded.epochs;
  const written = Array.from(writes, (number) => pages[number] as number);
  const runs: Run[] = [...recorded.present, ...Array.from(new Set(written), (page): Run => [page, page + 1])];
  const numbering = numberPages(runs);
  const header: TraceHeader = {
    ...name,
    epoch: describeRule(plan.rule),
    pages: numbering.pages,
    resident: numbering.resident,
    epochs: starts.length - 1,
    date: new Date().toISOString().slice(0, 10),
    'recorded-with': tool,
    way: 'ptrace, userfaultfd and PAGEMAP_SCAN',
    kernel,
    'not-seen': [neverSeen, ...recorded.unseen.map(([what, bytes]) => `${bytes} bytes of ${what}`)].join('; '),
  };
  const numbers = Uint32Array.from(written, (page) => numbering.number(page));
  await writeTrace(path, header, lines(numbers, starts));
  return header;
}

function* lines(numbers: Uint32Array, starts: Uint32Array) {
  for (let i = 0; i + 1 < starts.length; i++) {
    yield { stores: null, pages: numbers.subarray(starts[i], starts[i + 1]).toSorted() };
  }
}
