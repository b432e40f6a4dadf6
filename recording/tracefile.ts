import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';

/** What a trace of version 2 says about itself. */
export interface TraceHeader {
  /** What was recorded. */
  readonly program: string;
  /** How it was run. */
  readonly command: string;
  /** What ends an epoch. */
  readonly epoch: string;
  /** Size of the page-number space. */
  readonly pages: number;
  /** Pages that the program touched. */
  readonly resident: number;
  readonly epochs: number;
  readonly date: string;
  readonly 'recorded-with': string;
  /** How its writes were found. */
  readonly way: string;
  readonly kernel: string;
  /** What the way did not see. */
  readonly 'not-seen': string;
  /** What recording it cost; only where that was measured. */
  readonly cost?: string;
}

/** What was recorded, and how it was run. */
export type ProgramName = Pick<TraceHeader, 'program' | 'command'>;

/** Lines that are handed on to be packed at once. */
const linesAtOnce = 1024;

/**
 * Writes a trace, format version 2 (workloads/traces/README.md describes it). Each of `epochs` is its stores, null where they
 * are not known, and its pages.
 * @throws Error as a write stream does, if the file cannot be written.
 */
export async function writeTrace(
  path: string,
  header: TraceHeader,
  epochs: Iterable<{ readonly stores: number | null; readonly pages: Iterable<number> }>,
): Promise<void> {
  await pipeline(Readable.from(text(header, epochs)), createGzip({ level: 9 }), createWriteStream(path));
}

function* text(
  header: TraceHeader,
  epochs: Iterable<{ readonly stores: number | null; readonly pages: Iterable<number> }>,
): Generator<string> {
  const lines = ['# dirtybench-trace 2'];
  for (const [key, value] of Object.entries(header)) lines.push(`# ${key}: ${oneLine(String(value))}`);
  for (const { stores, pages } of epochs) {
    lines.push([stores ?? '-', ...pages].join(' '));
    if (lines.length >= linesAtOnce) yield `${lines.splice(0).join('\n')}\n`;
  }
  if (lines.length > 0) yield `${lines.join('\n')}\n`;
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
