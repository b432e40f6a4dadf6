import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Comparison, compare, type NamedFile } from '../reports/analysis/compare/comparison.js';
import { type Verdict, verdicts } from '../reports/analysis/compare/verdict.js';
import { formatRatio } from '../reports/units.js';
import { readAny } from '../results/any.js';
import { expandFlags } from './axes.js';
import { formatSeconds } from './progress.js';
import { makeHeader } from './session.js';
import { measureUnseen } from './soak-measure.js';
import { Clock, cutShort, interruptedCode, openBar, type Soaked } from './soaking.js';

interface Soaking {
  readonly comparisons: number;
  readonly minutes: number;
  readonly seed: number;
}

/** What is measured again and again: one tracker of each kind, where it works; rounds enough for verdicts on all of them. */
const sweep = {
  tracker: [
    'flag-scan-words',
    'bitmap-scan',
    'hierarchical-bitmap',
    'flag-queue',
    'dirty-ring',
    'kvm-bitmap',
    'kvm-ring',
    'pagemap-scan',
  ],
  memory: ['512M'],
  epochs: '100',
  rounds: '8',
};

/**
 * Measures the same sweep again and again, and compares each run with the one before: whatever is called faster or slower is so
 * without a change. A line that says how many pairs were, and one for each of them.
 */
export async function soakCompare({ comparisons, minutes, seed }: Soaking): Promise<Soaked> {
  const folder = mkdtempSync(join(tmpdir(), 'dirtybench-soak-'));
  // Leaving by the front door removes the files, and ends the processes.
  const leave = () => process.exit(interruptedCode);
  const tidy = () => rmSync(folder, { recursive: true, force: true });
  process.once('SIGINT', leave).once('SIGTERM', leave).once('exit', tidy);
  const clock = new Clock(minutes);
  const bar = openBar('comparisons', comparisons);
  const made: Comparison[] = [];
  try {
    let before = await measured(folder, 0, seed);
    while (made.length < comparisons && !clock.isOver) {
      const now = await measured(folder, made.length + 1, seed);
      made.push(compare(before, [now], { threshold: 0.05, metrics: ['collect'] }));
      rmSync(before.path);
      before = now;
      bar.update(made.length, { setup: `${count(made, 'slower') + count(made, 'faster')} pairs called different` });
    }
  } finally {
    bar.stop();
    tidy();
    process.off('SIGINT', leave).off('SIGTERM', leave).off('exit', tidy);
  }
  const counts = verdicts.map((verdict) => `${count(made, verdict)} ${verdict}`);
  const text =
    `compare: ${cutShort(made.length, comparisons, 'comparisons')}${made.length} comparisons of the same with the same in ` +
    [
      `${formatSeconds(clock.seconds)}: of ${count(made)} pairs ${counts.join(', ')}`,
      ...made.flatMap(calledDifferent),
    ].join('\n');
  const figures = {
    part: 'compare',
    comparisons: made.length,
    seconds: clock.seconds,
    pairs: count(made),
    ...Object.fromEntries(verdicts.map((verdict) => [verdict, count(made, verdict)])),
  };
  return { text, figures };
}

/** A line for each pair that is called different. */
function calledDifferent({ files }: Comparison, index: number): string[] {
  return files.flatMap(({ pairs }) =>
    pairs.flatMap(({ verdict, subject, ratio }) => {
      if (ratio === null || (verdict !== 'slower' && verdict !== 'faster')) return [];
      const [middle, low, high] = [ratio.ratio, ratio.low, ratio.high].map(formatRatio);
      return [`  comparison ${index + 1}: ${subject} ${verdict}, ${middle} (${low} to ${high})`];
    }),
  );
}

/** Runs the sweep into a file. */
async function measured(folder: string, number: number, seed: number): Promise<NamedFile> {
  const header = makeHeader(expandFlags({ ...sweep, seed: String(seed) }, null), { hostName: false });
  const path = join(folder, `${number}.jsonl`);
  await measureUnseen(path, header);
  return { path, file: readAny(path) };
}

/** How many pairs of these comparisons have that verdict, or any. */
function count(made: readonly Comparison[], verdict?: Verdict): number {
  const pairs = made.flatMap(({ files }) => files.flatMap((file) => file.pairs));
  return pairs.filter((pair) => verdict === undefined || pair.verdict === verdict).length;
}
