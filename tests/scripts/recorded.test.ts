import { expect, it } from 'vitest';
import { measuredWith } from '../../scripts/runs/recorded.js';

it.each([
  ['mine.trace.gz', 'trace:./mine.trace.gz'],
  ['in/my trace.gz', "'trace:in/my trace.gz'"],
])('the command that measures %s is one for a shell', (out, word) => {
  const words = {
    program: 'mine',
    command: 'mine',
    epoch: 'ends',
    date: '2026-11-28',
    way: 'a way',
    kernel: 'a kernel',
  };
  const header = { ...words, pages: 512, resident: 1, epochs: 1, 'recorded-with': 'a tool', 'not-seen': 'nothing' };
  expect(measuredWith(header, out)).toBe(
    `measure it with: dirtybench measure --workload ${word} --memory 4M --out mine.jsonl`,
  );
});
