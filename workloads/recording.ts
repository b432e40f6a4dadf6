import { gunzipSync } from 'node:zlib';
import { mostTracePages, mostTraceText } from '../base/trace.js';
import { WorkloadError } from './workload.js';

/** Which pages a real program wrote, epoch by epoch: a trace file, read and found sound. */
export interface Recording {
  readonly header: RecordingHeader;
  /** The pages of all epochs, each page of an epoch once, in order of first write. */
  readonly writes: Uint32Array;
  /** Where each epoch begins in `writes`, and at the end where the last one ends. */
  readonly starts: Uint32Array;
}

/** What the first line of each version is. */
const firstLines: readonly string[] = ['# dirtybench-trace 1', '# dirtybench-trace 2'];

/** What every trace begins with, before it is packed. */
const plain = Buffer.from('# dirtybench-trace');

// Read by hand and not with a schema library: loading one would lengthen every round of every workload.
/** What was recorded, what ends an epoch, and when and with what it was made. */
const textKeys = ['program', 'command', 'epoch', 'date', 'recorded-with'] as const;
/** Size of the page-number space, distinct pages touched from the program's start to the last epoch, and epochs. */
const numberKeys = ['pages', 'resident', 'epochs'] as const;
/** How the writes were found, on which kernel, and what that did not see: from version 2 on. */
const wayKeys = ['way', 'kernel', 'not-seen'] as const;
/** What recording cost the program: from version 2 on, and may be missing. */
const costKey = 'cost';
/** In place of the number of stores, from version 2 on. */
const storesUnknown = '-';

/** What a trace says about itself, in `# key: value` lines. */
type RecordingHeader = Record<(typeof textKeys)[number], string> &
  Record<(typeof numberKeys)[number], number> &
  Partial<Record<(typeof wayKeys)[number] | typeof costKey, string>>;

/**
 * Reads a trace file, format version 1 or 2 (workloads/traces/README.md describes it). `file` is its name for messages.
 * @throws WorkloadError naming the file, and the line where there is one, if it is malformed.
 */
export function parseRecording(packed: Uint8Array, file: string): Recording {
  const lines = unpacked(packed, file).split('\n');
  if (lines.at(-1) === '') lines.pop();
  if (lines.length === 0) throw new WorkloadError(`${file}: the trace is empty`);
  const version = firstLines.indexOf(lines[0] ?? '') + 1;
  if (version === 0) malformed(file, 1, `expected '${firstLines[0]}' or '... 2', found ${quoted(lines[0] ?? '')}`);
  const headerEnd = lines.findIndex((line) => !line.startsWith('#'));
  const epochsFrom = headerEnd === -1 ? lines.length : headerEnd;
  const header = parseHeader(lines.slice(0, epochsFrom), version, file);
  const recording = parseEpochs(header, lines, epochsFrom, version, file);
  const found = lines.length - epochsFrom;
  if (found !== header.epochs) {
    malformed(file, lines.length, `the trace ends after ${found} epochs, but its header says ${header.epochs}`);
  }
  if (recording.writes.length === 0) throw new WorkloadError(`${file}: no epoch of the trace writes a page`);
  return recording;
}

/** What the trace says: it may be packed, or be the text itself. */
function unpacked(bytes: Uint8Array, file: string): string {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (text.subarray(0, plain.length).equals(plain)) {
    if (text.length > mostTraceText) throw new WorkloadError(`${file}: the trace has more than ${mostTraceText} bytes`);
    return text.toString('utf8');
  }
  try {
    return gunzipSync(text, { maxOutputLength: mostTraceText }).toString('utf8');
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new WorkloadError(`${file}: cannot be unpacked with gzip: ${why}`);
  }
}

function parseHeader(lines: readonly string[], version: number, file: string): RecordingHeader {
  const ways = version === 1 ? [] : wayKeys;
  const optional = version === 1 ? [] : [costKey];
  const keys: readonly string[] = [...textKeys, ...numberKeys, ...ways, ...optional];
  const values = new Map<string, { value: string; line: number }>();
  for (const [index, text] of lines.entries()) {
    if (index === 0) continue;
    const line = index + 1;
    const [, key, value] = /^# ([a-z-]+):(.*)$/.exec(text) ?? [];
    if (key === undefined || value === undefined) {
      malformed(file, line, `expected '# key: value', found ${quoted(text)}`);
    }
    if (!keys.includes(key)) malformed(file, line, `unknown key '${key}', allowed: ${keys.join(', ')}`);
    if (values.has(key)) malformed(file, line, `'${key}' is given twice`);
    values.set(key, { value: value.trim(), line });
  }
  const text = (key: string): string => {
    const given = values.get(key);
    if (given === undefined) malformed(file, lines.length, `the header ends without '# ${key}: ...'`);
    if (given.value === '') malformed(file, given.line, `'${key}' is empty`);
    return given.value;
  };
  const number = (key: string, most: number): number => {
    const value = text(key);
    const line = values.get(key)?.line ?? 1;
    if (!/^[1-9]\d{0,14}$/.test(value)) {
      malformed(file, line, `'${key}' is not a whole number above 0: ${quoted(value)}`);
    }
    if (Number(value) > most)
      malformed(
        file,
        line,
        `'${key}' is more than ${most}${most === mostTracePages ? ' (1 TiB)' : ''}: ${quoted(value)}`,
      );
    return Number(value);
  };
  return {
    program: text('program'),
    command: text('command'),
    epoch: text('epoch'),
    pages: number('pages', mostTracePages),
    resident: number('resident', Number.MAX_SAFE_INTEGER),
    epochs: number('epochs', Number.MAX_SAFE_INTEGER),
    date: text('date'),
    'recorded-with': text('recorded-with'),
    ...Object.fromEntries([...ways, ...optional.filter((key) => values.has(key))].map((key) => [key, text(key)])),
  };
}

function parseEpochs(
  header: RecordingHeader,
  lines: readonly string[],
  from: number,
  version: number,
  file: string,
): Recording {
  const writes: number[] = [];
  const starts = [0];
  const seen = new Set<number>();
  for (const [index, line] of lines.entries()) {
    if (index < from) continue;
    const [made = '', ...words] = line.split(' ');
    const unknown = version > 1 && made === storesUnknown;
    const stores = unknown ? null : parseNumber(made, file, index + 1);
    const pages = words.map((word) => parseNumber(word, file, index + 1));
    seen.clear();
    for (const page of pages) {
      if (page >= header.pages) malformed(file, index + 1, `page ${page} is not below 'pages', ${header.pages}`);
      if (seen.has(page)) malformed(file, index + 1, `page ${page} is listed twice`);
      seen.add(page);
      writes.push(page);
    }
    if (stores !== null) {
      if (stores < pages.length) {
        malformed(file, index + 1, `${stores} stores cannot have written ${pages.length} pages`);
      }
      if (stores > 0 && pages.length === 0) malformed(file, index + 1, `${stores} stores, but no page`);
    }
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
