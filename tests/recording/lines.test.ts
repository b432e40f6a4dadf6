import { expect, it } from 'vitest';
import { LineSplitter } from '../../recording/lines.js';

function collecting(): { readonly lines: string[]; readonly splitter: LineSplitter } {
  const lines: string[] = [];
  const splitter = new LineSplitter('file', (bytes, start, end, line) => {
    lines.push(`${line}: ${Buffer.from(bytes.subarray(start, end)).toString()}`);
  });
  return { lines, splitter };
}

it('the beginning of a line is kept where its buffer is used again', () => {
  const { lines, splitter } = collecting();
  const buffer = Buffer.from('one\ntw');
  splitter.push(buffer);
  buffer.fill('x');
  splitter.push(Buffer.from('o\nthree'));
  splitter.end();
  expect(lines).toEqual(['1: one', '2: two', '3: three']);
});

const mebibyte = Buffer.alloc(2 ** 20, 'a');

it.each([
  ['whole', [Buffer.concat([Buffer.from('short\n'), mebibyte, Buffer.from('a\n')])]],
  ['without an end', [Buffer.concat([Buffer.from('short\n'), mebibyte, Buffer.from('a')])]],
  ['in two pieces', [Buffer.concat([Buffer.from('short\n'), mebibyte]), Buffer.from('a\n')]],
])('a line of more than a mebibyte is refused that comes %s', (_, pieces) => {
  const { splitter } = collecting();
  const push = () => {
    for (const piece of pieces) splitter.push(piece);
  };
  expect(push).toThrow('file:2: the line is longer than 1 MiB');
});

it('a line of a mebibyte is taken', () => {
  const { lines, splitter } = collecting();
  splitter.push(Buffer.concat([mebibyte, Buffer.from('\n')]));
  expect(lines).toEqual([`1: ${mebibyte}`]);
});
