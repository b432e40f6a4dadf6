import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { parseRecording } from '../../workloads/recording.js';
import { WorkloadError } from '../../workloads/workload.js';

const header = [
  '# dirtybench-trace 1',
  '# program: a program',
  '# command: run: it',
  '# epoch: ends at the reply',
  '# pages: 1000',
  '# resident: 900',
  '# epochs: 3',
  '# date: 2026-11-23',
  '# recorded-with: a tool',
];
const epochs = ['5 10 999 0', '0', '2 10 11'];

function parse(...lines: readonly string[]) {
  return parseRecording(gzipSync(`${lines.join('\n')}\n`), 'mine.trace.gz');
}

/** The header with one line replaced, or without it. */
function headerWith(key: string, line?: string): string[] {
  return header.flatMap((old) => (old.startsWith(`# ${key}`) ? (line ?? []) : old));
}

test('reads a trace that is not packed', () => {
  const text = `${[...header, ...epochs].join('\n')}\n`;
  expect(parseRecording(Buffer.from(text), 'mine.trace')).toEqual(parse(...header, ...epochs));
});

test('reads the header and the epochs', () => {
  const recording = parse(...header, ...epochs);
  expect(recording.header).toEqual({
    program: 'a program',
    command: 'run: it',
    epoch: 'ends at the reply',
    pages: 1000,
    resident: 900,
    epochs: 3,
    date: '2026-11-23',
    'recorded-with': 'a tool',
  });
  expect(Array.from(recording.writes)).toEqual([10, 999, 0, 10, 11]);
  expect(Array.from(recording.starts)).toEqual([0, 3, 3, 5]);
});

test('the keys may come in any order, and the last line may lack its end', () => {
  const text = [header[0], ...header.slice(1).reverse(), ...epochs].join('\n');
  expect(parseRecording(gzipSync(text), 'mine.trace.gz')).toEqual(parse(...header, ...epochs));
});

test('reads of version 2 how it was made, and what that cost if it says so', () => {
  const ways = ['# way: a way', '# kernel: a kernel', '# not-seen: nothing'];
  const second = ['# dirtybench-trace 2', ...header.slice(1), ...ways];
  expect(parse(...second, ...epochs).header).toMatchObject({ way: 'a way', kernel: 'a kernel', 'not-seen': 'nothing' });
  expect(parse(...second, ...epochs).header).not.toHaveProperty('cost');
  expect(parse(...second, '# cost: much', ...epochs).header).toMatchObject({ cost: 'much' });
});

describe('refuses, and names file and line:', () => {
  test.each<[string, string[], string]>([
    [
      'another first line',
      ['# a comment', ...header.slice(1), ...epochs],
      `:1: expected '# dirtybench-trace 1' or '... 2', found "# a comment"`,
    ],
    [
      'another version',
      ['# dirtybench-trace 3', ...header.slice(1), ...epochs],
      `:1: expected '# dirtybench-trace 1' or '... 2', found "# dirtybench-trace 3"`,
    ],
    [
      'a header line that is no key',
      [...headerWith('date', '# yesterday'), ...epochs],
      `:8: expected '# key: value', found "# yesterday"`,
    ],
    ['a missing key', [...headerWith('epochs'), ...epochs], `:8: the header ends without '# epochs: ...'`],
    [
      'an unknown key',
      [...header, '# host: here', ...epochs],
      `:10: unknown key 'host', allowed: program, command, epoch, date, recorded-with, pages, resident, epochs`,
    ],
    ['a key that objects have anyway', [...header, '# constructor: x', ...epochs], `:10: unknown key 'constructor'`],
    ['a key given twice', [...header, '# pages: 7', ...epochs], `:10: 'pages' is given twice`],
    ['an empty value', [...headerWith('program', '# program:'), ...epochs], `:2: 'program' is empty`],
    [
      'pages that are no number',
      [...headerWith('pages', '# pages: many'), ...epochs],
      `:5: 'pages' is not a whole number above 0: "many"`,
    ],
    ['no pages', [...headerWith('pages', '# pages: 0'), ...epochs], `:5: 'pages' is not a whole number above 0: "0"`],
    [
      'more pages than 1 TiB has',
      [...headerWith('pages', '# pages: 268435457'), ...epochs],
      `:5: 'pages' is more than 268435456 (1 TiB): "268435457"`,
    ],
    [
      'a fraction of epochs',
      [...headerWith('epochs', '# epochs: 2.5'), ...epochs],
      `:7: 'epochs' is not a whole number above 0: "2.5"`,
    ],
    ['a word among the pages', [...header, '5 10 x 0', ...epochs.slice(1)], `:10: "x" is not a number`],
    ['a negative page', [...header, '5 -1', ...epochs.slice(1)], `:10: "-1" is not a number`],
    ['two spaces', [...header, '5  10', ...epochs.slice(1)], `:10: "" is not a number`],
    ['an empty line', [...header, '5 10', '', '2 10 11'], `:11: "" is not a number`],
    ['a comment among the epochs', [...header, '5 10', '# pause', '2 10 11'], `:11: "#" is not a number`],
    [
      'a page not below pages',
      [...header, ...epochs.slice(0, 2), '2 1000'],
      `:12: page 1000 is not below 'pages', 1000`,
    ],
    ['a page listed twice', [...header, ...epochs.slice(0, 2), '3 10 11 10'], `:12: page 10 is listed twice`],
    [
      'fewer stores than pages',
      [...header, ...epochs.slice(0, 2), '1 10 11'],
      `:12: 1 stores cannot have written 2 pages`,
    ],
    ['stores without a page', [...header, ...epochs.slice(0, 2), '4'], `:12: 4 stores, but no page`],
    ['too few epochs', [...header, ...epochs.slice(1)], `:11: the trace ends after 2 epochs, but its header says 3`],
    ['too many epochs', [...header, ...epochs, '1 1'], `:13: the trace ends after 4 epochs, but its header says 3`],
    ['a header alone', header, `:9: the trace ends after 0 epochs, but its header says 3`],
    ['a first line alone', header.slice(0, 1), `:1: the header ends without '# program: ...'`],
  ])('%s', (_, lines, message) => {
    expect(() => parse(...lines)).toThrow(WorkloadError);
    expect(() => parse(...lines)).toThrow(`mine.trace.gz${message}`);
  });
});

describe('refuses, and names the file:', () => {
  const sound = gzipSync([...header, ...epochs].join('\n'));

  test.each<[string, Uint8Array, string]>([
    ['what is neither gzip nor a trace', Buffer.from('pages'), 'cannot be unpacked with gzip: incorrect header check'],
    ['a file cut short', sound.subarray(0, sound.length - 20), 'cannot be unpacked with gzip: unexpected end of file'],
    ['an empty file', new Uint8Array(), 'cannot be unpacked with gzip: unexpected end of file'],
    ['an empty text', gzipSync(''), 'the trace is empty'],
    [
      'epochs that write nothing',
      gzipSync([...header, '0', '0', '0'].join('\n')),
      'no epoch of the trace writes a page',
    ],
  ])('%s', (_, bytes, message) => {
    expect(() => parseRecording(bytes, 'mine.trace.gz')).toThrow(WorkloadError);
    expect(() => parseRecording(bytes, 'mine.trace.gz')).toThrow(`mine.trace.gz: ${message}`);
  });
});

test('refuses a text that does not fit, and names the file', () => {
  const packed = gzipSync(Buffer.alloc(2 ** 28 + 1), { level: 1 });
  const message = expect.stringContaining('mine.trace.gz: cannot be unpacked with gzip');
  expect(() => parseRecording(packed, 'mine.trace.gz')).toThrow(
    expect.objectContaining({ name: 'WorkloadError', message }),
  );
});

test('a message stays short when a line is long', () => {
  expect(() => parse('x'.repeat(10_000))).toThrow(/^.{1,120}$/);
});
