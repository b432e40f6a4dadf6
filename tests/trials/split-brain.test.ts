import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { OutputCommitViolation } from '../../replication/error.js';
import { SplitBrainDetector } from '../../trials/split-brain.js';

const [first, second] = ['a:1', 'b:2'] as const;

function watch(): SplitBrainDetector {
  const detector = new SplitBrainDetector();
  onTestFinished(() => detector.close());
  return detector;
}

/** Lets the detector's pulse beat several times: one long sleep may end, on a busy machine, with a single late beat. */
async function beats(): Promise<void> {
  for (let i = 0; i < 4; i++) await sleep(2);
}

test('a server that is heard after another has taken over has violated output commit', async () => {
  const detector = watch();
  for (const from of [first, first, second, second]) detector.heard(from);
  await beats();
  detector.heard(second);
  expect(() => detector.heard(first)).toThrow(OutputCommitViolation);
  expect(() => detector.heard(first)).toThrow(/a:1 answered more than [\d.]+ ms after b:2 had begun/);
});

test('an answer that may have arrived before, and was only read later, is held against nobody', async () => {
  const detector = watch();
  await beats();
  detector.heard(first);
  detector.heard(second);
  const begun = performance.now();
  while (performance.now() - begun < 30);
  detector.heard(first);
});

test('a late answer that its caller can explain is let pass, and not a second one', async () => {
  const detector = new SplitBrainDetector(1);
  onTestFinished(() => detector.close());
  for (const from of [first, second]) detector.heard(from);
  await beats();
  detector.heard(first);
  expect(() => detector.heard(first)).toThrow(OutputCommitViolation);
});
