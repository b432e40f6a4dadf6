import { gunzipSync } from 'node:zlib';
import { z } from 'zod';
import { WorkloadError } from './workload.js';

/** Which pages a real program wrote, epoch by epoch: a trace file, read and found sound. */
export interface Recording {
  readonly header: RecordingHeader;
  /** The pages of all epochs, each page of an epoch once, in order of first write. */
  readonly writes: Uint32Array;
  /** Where each epoch begins in `writes`, and at the end where the last one ends. */
  readonly starts: Uint32Array;
}

const firstLine = '# dirtybench-trace 1';

/** Most bytes of text that a trace may unpack to. */
const mostText = 2 ** 28;

/** Most pages that a trace may number: 1 TiB. */
const mostPages = 2 ** 28;

const text = z.string().min(1, 'is empty');
const wholeNumber = z
  .string()
  .regex(/^[1-9]\d{0,14}$/, 'is not a whole number above 0')
  .transform(Number);

const headerSchema = z.strictObject({
  /** What was recorded. */
  program: text,
  command: text,
  /** What ends an epoch. */
  epoch: text,
  /** Size of the page-number space. */
  pages: wholeNumber.refine((pages) => pages <= mostPages, `is more than ${mostPages} pages (1 TiB)`),
  /** Distinct pages that the program touched from its start to the last epoch. */
  resident: wholeNumber,
  epochs: wholeNumber,
  date: text,
  'recorded-with': text,
});

/** What a trace says about itself, in `# key: value` lines. */
type RecordingHeader = z.infer<typeof headerSchema>;

/**
 * Reads a trace file, format version 1 (workloads/traces/README.md describes it). `file` is its name for messages.
 * @throws WorkloadError naming the file, and the line where there is one, if it is malformed.
 */
export function parseRecording(gzipped: Uint8Array, file: string): Recording {
  const lines = unpacked(gzipped, file).split('\n');
  if (lines.at(-1) === '') lines.pop();
  if (lines.length === 0) throw new WorkloadError(`${file}: the trace is empty`);
  if (lines[0] !== firstLine) malformed(file, 1, `expected '${firstLine}', found ${quoted(lines[0] ?? '')}`);
  const headerEnd = lines.findIndex((line) => !line.startsWith('#'));
  const epochsFrom = headerEnd === -1 ? lines.length : headerEnd;
  const header = parseHeader(lines.slice(0, epochsFrom), file);
  const recording = parseEpochs(header, lines, epochsFrom, file);
  const found = lines.length - epochsFrom;
  if (found !== header.epochs) {
    malformed(file, lines.length, `the trace ends after ${found} epochs, but its header says ${header.epochs}`);
  }
  if (recording.writes.length === 0) throw new WorkloadError(`${file}: no epoch of the trace writes a page`);
  return recording;
}

function unpacked(gzipped: Uint8Array, file: string): string {
  try {
    return gunzipSync(gzipped, { maxOutputLength: mostText }).toString('utf8');
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new WorkloadError(`${file}: cannot be unpacked with gzip: ${why}`);
  }
}

function parseHeader(lines: readonly string[], file: string): RecordingHeader {
  const lineOf = new Map<string, number>();
  const values: [string, string][] = [];
  for (const [index, line] of lines.entries()) {
    if (index === 0) continue;
    const [, key, value] = /^# ([a-z-]+):(.*)$/.exec(line) ?? [];
    if (key === undefined || value === undefined) {
      malformed(file, index + 1, `expected '# key: value', found ${quoted(line)}`);
    }
    if (lineOf.has(key)) malformed(file, index + 1, `'${key}' is given twice`);
    lineOf.set(key, index + 1);
    values.push([key, value.trim()]);
  }
  const parsed = headerSchema.safeParse(Object.fromEntries(values));
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  if (issue?.code === 'unrecognized_keys') {
    const key = issue.keys[0] ?? '';
    malformed(
      file,
      lineOf.get(key) ?? 1,
      `unknown key '${key}', allowed: ${Object.keys(headerSchema.shape).join(', ')}`,
    );
  }
  const key = String(issue?.path[0]);
  const line = lineOf.get(key);
  if (line === undefined) malformed(file, lines.length, `the header ends without '# ${key}: ...'`);
  return malformed(file, line, `'${key}' ${issue?.message}: ${quoted(Object.fromEntries(values)[key] ?? '')}`);
}

function parseEpochs(header: RecordingHeader, lines: readonly string[], from: number, file: string): Recording {
  const writes: number[] = [];
  const starts = [0];
  const seen = new Set<number>();
  for (const [index, line] of lines.entries()) {
    if (index < from) continue;
    const [stores, ...pages] = line.split(' ').map((word) => parseNumber(word, file, index + 1));
    seen.clear();
    for (const page of pages) {
      if (page >= header.pages) malformed(file, index + 1, `page ${page} is not below 'pages', ${header.pages}`);
      if (seen.has(page)) malformed(file, index + 1, `page ${page} is listed twice`);
      seen.add(page);
      writes.push(page);
    }
    if (stores === undefined || stores < pages.length) {
      malformed(file, index + 1, `${stores} stores cannot have written ${pages.length} pages`);
    }
    if (stores > 0 && pages.length === 0) malformed(file, index + 1, `${stores} stores, but no page`);
    starts.push(writes.length);
  }
  return { header, writes: Uint32Array.from(writes), starts: Uint32Array.from(starts) };
}

function parseNumber(word: string, file: string, line: number): number {
  if (!/^\d{1,15}$/.test(word)) malformed(file, line, `${quoted(word)} is not a number`);
  return Number(word);
}

function malformed(file: string, line: number, what: string): never {
  throw new WorkloadError(`${file}:${line}: ${what}`);
}

/** A piece of the file as it goes into a message: on one line, and not too long for it. */
function quoted(piece: string): string {
  return JSON.stringify(piece.length > 40 ? `${piece.slice(0, 40)}...` : piece);
}
