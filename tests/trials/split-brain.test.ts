import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { OutputCommitViolation } from '../../replication/error.js';
import { SplitBrainDetector } from '../../trials/split-brain.js';

const [first, second] = ['a:1', 'b:2'] as const;

function watch(): SplitBrainDetector {
  const sides = new SplitBrainDetector();
  onTestFinished(() => sides.close());
  return sides;
}

test('a server that is heard after another has taken over has broken its promise', async () => {
  const sides = watch();
  for (const from of [first, first, second, second]) sides.heard(from);
  await sleep(20);
  sides.heard(second);
  expect(() => sides.heard(first)).toThrow(OutputCommitViolation);
  expect(() => sides.heard(first)).toThrow(/a:1 answered more than [\d.]+ ms after b:2 had begun/);
});

test('an answer that may have arrived before, and was only read later, is held against nobody', async () => {
  const sides = watch();
  await sleep(20);
  sides.heard(first);
  sides.heard(second);
  const begun = performance.now();
  while (performance.now() - begun < 30);
  sides.heard(first);
});

test('a late answer that its caller can explain is let pass, and not a second one', async () => {
  const sides = new SplitBrainDetector(1);
  onTestFinished(() => sides.close());
  for (const from of [first, second]) sides.heard(from);
  await sleep(20);
  sides.heard(first);
  expect(() => sides.heard(first)).toThrow(OutputCommitViolation);
});
