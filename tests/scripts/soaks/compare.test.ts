import { expect, it } from 'vitest';
import type { Pair } from '../../../reports/analysis/compare/pair.js';
import type { Verdict } from '../../../reports/analysis/compare/verdict.js';
import { soakedSchema } from '../../../results/soak.js';
import { soakedOf } from '../../../scripts/soaks/compare.js';
import { type Attempt, slowdown } from '../../../scripts/soaks/runs.js';

function pairOf(subject: string, verdict: Verdict, ratio: number | null): Pair {
  const side = { median: 100, rounds: 9 };
  return {
    metric: 'collect',
    subject,
    axes: {},
    base: side,
    new: side,
    verdict,
    ratio: ratio === null ? null : { ratio, low: ratio - 0.05, high: ratio + 0.05, coverage: 0.99 },
    doubt: null,
  };
}

function attemptOf(slowed: string | null, pairs: readonly Pair[]): Attempt {
  const comparison = {
    kind: 'results',
    base: 'base',
    threshold: 0.05,
    coverage: 0.95,
    pairCoverage: 0.99,
    looks: 1,
    byTurns: slowed !== null,
    sameCode: true,
    files: [{ path: 'new', pairs, onlyBase: [], onlyNew: [], differences: [] }],
  } as const;
  return { comparison, slowed };
}

it('what had not changed is counted by verdict, and each that was called different has a line', () => {
  const made = [
    attemptOf(null, [pairOf('flag-scan', 'same', 1), pairOf('dirty-ring', 'slower', 1.2)]),
    attemptOf(null, [
      pairOf('flag-scan', 'faster', 0.8),
      pairOf('dirty-ring', 'slower', 1.1),
      pairOf('null', 'undecided', null),
      pairOf('flag-queue', 'same', 1),
    ]),
  ];
  const { text, figures } = soakedOf(made, 2, 30, true);
  expect(text.split('\n')).toEqual([
    'compare: 2 comparisons of the same with the same, of one run with the one before, in 30 s: of 6 pairs 2 slower, 1 faster, 1 undecided, 2 same',
    '  comparison 1: dirty-ring slower, 1.20x (1.15x to 1.25x)',
    '  comparison 2: flag-scan faster, 0.80x (0.75x to 0.85x)',
    '  comparison 2: dirty-ring slower, 1.10x (1.05x to 1.15x)',
  ]);
  expect(soakedSchema.parse(figures)).toEqual({
    part: 'compare',
    way: 'apart',
    comparisons: 2,
    seconds: 30,
    pairs: 6,
    slower: 2,
    faster: 1,
    undecided: 1,
    same: 2,
    slowed: 0,
    slowdown,
    slowedFound: 0,
    cpu: expect.any(String),
    cores: expect.any(Number),
  });
});

it('what was slowed on purpose is counted by itself, and has a line where it was not called slower', () => {
  const made = [
    attemptOf('kvm-bitmap', [pairOf('kvm-bitmap', 'slower', 1.3), pairOf('flag-scan', 'same', 1)]),
    attemptOf('flag-scan', [pairOf('flag-scan', 'undecided', null), pairOf('kvm-bitmap', 'faster', 0.9)]),
    attemptOf('kvm-bitmap', [pairOf('kvm-bitmap', 'faster', 0.7), pairOf('flag-scan', 'same', 1)]),
  ];
  const { text, figures } = soakedOf(made, 5, 30, false);
  expect(text.split('\n')).toEqual([
    'compare: stopped by --minutes before 5 comparisons: 3 comparisons of the same with the same, by turns, in 30 s: ' +
      'of 3 pairs 0 slower, 1 faster, 0 undecided, 2 same; of 3 made to take 1.3 times as long on purpose 1 called slower',
    '  comparison 2: kvm-bitmap faster, 0.90x (0.85x to 0.95x)',
    '  comparison 2: flag-scan, slowed on purpose, undecided',
    '  comparison 3: kvm-bitmap, slowed on purpose, faster, 0.70x (0.65x to 0.75x)',
  ]);
  expect(soakedSchema.parse(figures)).toMatchObject({
    way: 'by turns',
    pairs: 3,
    slower: 0,
    slowed: 3,
    slowedFound: 1,
  });
});
