import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { FailedTrialError } from '../../base/usererror.js';
import { makeHeader } from '../../measure/header.js';
import { type Advice, advise } from '../../reports/analysis/advice/advice.js';
import type { Evidence } from '../../reports/analysis/advice/evidence.js';
import type { Question } from '../../reports/analysis/advice/question.js';
import { analyse } from '../../reports/analysis/analysis.js';
import { formatCount, formatMemory, formatTime } from '../../reports/units.js';
import { expandFlags } from '../options/axes.js';
import { headerFor } from '../runs/advise-measure.js';
import { typedCommand } from '../runs/session.js';
import { formatSeconds } from '../terminal/progress.js';
import { measureUnseen } from './measure.js';
import { Clock, cutShort, interruptedCode, openBar, type Soaked } from './soaking.js';

interface Soaking {
  readonly points: number;
  readonly minutes: number;
  readonly seed: number;
}

/** Where points are drawn: within what the profile `advise` measures. */
const spans: Readonly<Record<string, { readonly mebibytes: readonly [number, number] }>> = {
  kvm: { mebibytes: [512, 65_536] },
  process: { mebibytes: [512, 4096] },
};
const pagesSpan = [16, 4096] as const;
/** How long the measurement of one point may take, about. */
const secondsEach = 5;
/** Fewer than a verdict takes: a predicted interval rests on many points together, not on the rounds of each. */
const roundsEach = 3;
/** Share of the points, and of all schemes at them, that must lie in the predicted intervals. */
const mustHold = 0.9;

/** A scheme at a point: what was predicted, and what was then measured. */
interface Held {
  readonly question: Question;
  readonly scheme: string;
  /** Whether the scheme is the one that was advised. */
  readonly first: boolean;
  readonly low: number;
  readonly high: number;
  readonly measuredNs: number;
}

/**
 * Measures the profile `advise`, then asks about points drawn at random and measures each of them directly.
 * @throws FailedTrialError if fewer than nine in ten lie in the interval that was given, of the schemes advised or of all; or if no
 * scheme that was advised was measured.
 */
export async function soakAdvise({ points, minutes, seed }: Soaking): Promise<Soaked> {
  const folder = mkdtempSync(join(tmpdir(), 'dirtybench-soak-'));
  const leave = () => process.exit(interruptedCode);
  const tidy = () => rmSync(folder, { recursive: true, force: true });
  process.once('SIGINT', leave).once('SIGTERM', leave).once('exit', tidy);
  const clock = new Clock(minutes);
  const bar = openBar('points', points);
  const held: Held[] = [];
  let done = 0;
  try {
    bar.update(0, { setup: 'first the measurements that answers are made from' });
    const expansion = await expandFlags({ profile: 'advise', rounds: String(roundsEach) }, null);
    const header = makeHeader(expansion, typedCommand(), { hostName: false });
    const evidence = analyse(await measureUnseen(join(folder, 'evidence.jsonl'), header));
    for (const question of questions(evidence, points, seed)) {
      if (clock.isOver) break;
      const path = join(folder, `${done}.jsonl`);
      const found = analyse(
        await measureUnseen(path, await headerFor(question, { hostName: false, rounds: roundsEach }, secondsEach)),
      );
      held.push(...compared(advise(evidence, question), found));
      done++;
      bar.update(done, { setup: `${held.filter(isOutside).length} of ${held.length} outside of their interval` });
    }
  } finally {
    bar.stop();
    tidy();
    process.off('SIGINT', leave).off('SIGTERM', leave).off('exit', tidy);
  }
  return judged(held, cutShort(done, points, 'points'), clock.seconds);
}

function* questions({ points }: Evidence, count: number, seed: number): Generator<Question> {
  // The first numbers of a generator seeded so are skewed in their high bits (base/random.ts). That does no harm here: `uniformInt` takes
  // a remainder, in which the low bits count; the first draws of the seeds 0 to 4999 are evenly spread.
  const generator = xoroshiro128plus(seed);
  const guests = Object.keys(spans).filter((guest) => points.some((point) => point.guest === guest));
  const between = (least: number, most: number) =>
    Math.round(least * (most / least) ** (uniformInt(generator, 0, 1_000_000) / 1_000_000));
  for (let i = 0; i < count; i++) {
    const guest = guests[uniformInt(generator, 0, guests.length - 1)] ?? '';
    const [least, most] = spans[guest]?.mebibytes ?? [512, 512];
    yield {
      guest,
      workload: 'uniform',
      memoryBytes: between(least, most) * 2 ** 20,
      pages: between(...pagesSpan),
      ioFrequency: between(10, 1000),
      cache: 'l2-cold',
      budget: null,
    };
  }
}

function compared({ question, schemes }: Advice, found: Evidence): Held[] {
  return schemes.flatMap(({ scheme, stop: { low, high } }, index) => {
    const measured = found.points.find((point) => point.scheme === scheme);
    if (measured === undefined) return [];
    return [{ question, scheme, first: index === 0, low, high, measuredNs: measured.collect.medianNs }];
  });
}

function isOutside({ low, high, measuredNs }: Held): boolean {
  return measuredNs < low || measuredNs > high;
}

/**
 * What the points say together. `cut`: that time ran out, as `cutShort` says it.
 * @throws FailedTrialError if they do not hold, or there are none.
 */
export function judged(held: readonly Held[], cut: string, seconds: number): Soaked {
  const firsts = held.filter(({ first }) => first);
  if (firsts.length === 0) {
    const why = 'no scheme that was advised was measured at its point';
    throw new FailedTrialError(`advise: ${cut}nothing could be compared in ${formatSeconds(seconds)}: ${why}`);
  }
  const inside = (of: readonly Held[]) => of.filter((one) => !isOutside(one)).length;
  const text = [
    `advise: ${cut}of ${firsts.length} points in ${formatSeconds(seconds)} the scheme advised was measured within its ` +
      `interval at ${inside(firsts)}; of all schemes at them ${inside(held)} of ${held.length}`,
    ...held.filter(isOutside).map(describe),
  ].join('\n');
  for (const of of [firsts, held]) if (inside(of) < mustHold * of.length) throw new FailedTrialError(text);
  return {
    text,
    figures: {
      part: 'advise',
      points: firsts.length,
      inside: inside(firsts),
      schemes: held.length,
      schemesInside: inside(held),
      seconds,
    },
  };
}

function describe({ question, scheme, low, high, measuredNs }: Held): string {
  const { memoryBytes, pages } = question;
  return (
    `  ${scheme}, ${formatMemory(memoryBytes)}, ${formatCount(pages)} pages: ${formatTime(measuredNs)}, predicted ` +
    `${formatTime(low)} to ${formatTime(high)}`
  );
}
