import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readEnvironment } from '../../measure/environment.js';
import type { Pair } from '../../reports/analysis/compare/pair.js';
import { type Verdict, verdicts } from '../../reports/analysis/compare/verdict.js';
import { formatRatio } from '../../reports/units.js';
import { formatSeconds } from '../terminal/progress.js';
import { type Attempt, oneOfEach, runsApart, runsByTurns, slowdown } from './runs.js';
import { Clock, cutShort, interruptedCode, openBar, type Soaked } from './soaking.js';

interface Soaking {
  readonly comparisons: number;
  readonly minutes: number;
  readonly seed: number;
  /** Measure one run after the other, not two by turns. */
  readonly apart?: true;
  readonly profile?: string;
}

/**
 * Measures the same again and again, and compares it with itself: whatever is called faster or slower is so without a change.
 * By turns, one tracker of each run is slowed on purpose, to see that this is found. The text is a line of counts, then a line
 * for each pair that was called different, and for each that was slowed and not called slower.
 */
export async function soakCompare({ comparisons, minutes, seed, apart, profile }: Soaking): Promise<Soaked> {
  const folder = mkdtempSync(join(tmpdir(), 'dirtybench-soak-'));
  // Leaving by the front door removes the files, and ends the processes.
  const leave = () => process.exit(interruptedCode);
  const tidy = () => rmSync(folder, { recursive: true, force: true });
  process.once('SIGINT', leave).once('SIGTERM', leave).once('exit', tidy);
  const clock = new Clock(minutes);
  const bar = openBar('comparisons', comparisons);
  const flags = profile === undefined ? oneOfEach : { profile };
  const made: Attempt[] = [];
  try {
    for await (const attempt of (apart ? runsApart : runsByTurns)({ flags, seed, folder })) {
      made.push(attempt);
      bar.update(made.length, { setup: `${different(made).length} pairs called different` });
      if (made.length >= comparisons || clock.isOver) break;
    }
  } finally {
    bar.stop();
    tidy();
    process.off('SIGINT', leave).off('SIGTERM', leave).off('exit', tidy);
  }
  return soakedOf(made, comparisons, clock.seconds, apart === true);
}

/** What these comparisons found together, of `wanted` that were asked for; `apart`: of one run with the one before. */
export function soakedOf(made: readonly Attempt[], wanted: number, seconds: number, apart: boolean): Soaked {
  const same = made.flatMap((attempt) => pairsOf(attempt, false));
  const slowed = made.flatMap((attempt) => pairsOf(attempt, true));
  const found = slowed.filter(({ verdict }) => verdict === 'slower').length;
  const count = (verdict: Verdict) => same.filter((pair) => pair.verdict === verdict).length;
  const how = apart ? 'of one run with the one before' : 'by turns';
  const text =
    `compare: ${cutShort(made.length, wanted, 'comparisons')}${made.length} comparisons of the same with the same, ${how}, in ` +
    [
      `${formatSeconds(seconds)}: of ${same.length} pairs ${verdicts.map((verdict) => `${count(verdict)} ${verdict}`).join(', ')}` +
        (apart ? '' : `; of ${slowed.length} made to take ${slowdown} times as long on purpose ${found} called slower`),
      ...different(made),
      ...missed(made),
    ].join('\n');
  const figures = {
    part: 'compare',
    way: apart ? 'apart' : 'by turns',
    comparisons: made.length,
    seconds,
    pairs: same.length,
    ...Object.fromEntries(verdicts.map((verdict) => [verdict, count(verdict)])),
    slowed: slowed.length,
    slowdown,
    slowedFound: found,
    ...whereHere(),
  };
  return { text, figures };
}

function whereHere() {
  const { cpu, cores } = readEnvironment();
  return { cpu, cores };
}

/** The pairs of the tracker that was slowed, or all others. */
function pairsOf({ comparison, slowed }: Attempt, ofSlowed: boolean): Pair[] {
  return comparison.files.flatMap(({ pairs }) => pairs.filter(({ subject }) => (subject === slowed) === ofSlowed));
}

/** A line for each pair of the same that is called different. */
function different(made: readonly Attempt[]): string[] {
  return linesOf(made, false, ({ verdict }) => verdict === 'slower' || verdict === 'faster');
}

/** A line for each pair that was slowed and is not called slower. */
function missed(made: readonly Attempt[]): string[] {
  return linesOf(made, true, ({ verdict }) => verdict !== 'slower');
}

function linesOf(made: readonly Attempt[], ofSlowed: boolean, isNamed: (pair: Pair) => boolean): string[] {
  const what = ofSlowed ? ', slowed on purpose,' : '';
  return made.flatMap((attempt, index) =>
    pairsOf(attempt, ofSlowed)
      .filter(isNamed)
      .map(
        ({ verdict, subject, ratio }) => `  comparison ${index + 1}: ${subject}${what} ${verdict}${inNumbers(ratio)}`,
      ),
  );
}

function inNumbers(ratio: Pair['ratio']): string {
  if (ratio === null) return '';
  const [middle, low, high] = [ratio.ratio, ratio.low, ratio.high].map(formatRatio);
  return `, ${middle} (${low} to ${high})`;
}
