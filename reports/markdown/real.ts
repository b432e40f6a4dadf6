import type { Analysis } from '../analysis/analysis.js';
import { isFinding, roundsForFinding } from '../analysis/coverage.js';
import type { AnalysedPoint } from '../analysis/point.js';
import { isContender, roleOf } from '../analysis/role.js';
import { isReal, settingKey } from '../analysis/setting.js';
import type { MemoryVerdict } from '../analysis/verdict.js';
import { realSlice } from '../charts/real-by-memory.js';
import { inOrder } from '../order.js';
import { describeSetting } from '../slice.js';
import { formatFactor, formatMemory, formatNumber, formatTime } from '../units.js';
import { firstWrites } from './first-write.js';
import { term, verdictWords } from './models.js';
import { code, costOf, listed, nothing } from './prose.js';
import { conventional } from './schemes.js';
import { blocks, type Context, type Section, showChart } from './section.js';
import { sideBySide } from './side.js';
import { toMarkdown } from './table.js';

/** The kernel's own mechanisms, on guests with real memory. */
export const realSection: Section = {
  heading: 'On the real kernel',
  needs: 'a guest with real memory: `kvm` or `process`',
  write(context) {
    const { analysis } = context;
    const measured = analysis.points.some(isReal);
    const missing = unavailable(analysis);
    if (!measured && missing.length === 0) return null;
    return blocks([
      ...(measured ? [] : ['No real guest was measured.']),
      ...warnings(analysis),
      ...showChart('real-by-memory', context),
      ...along(analysis),
      ...sideBySide(analysis),
      ...firstWrites(analysis),
      ...epochsOfProcess(analysis),
      ...costsOfPage(analysis),
      ...missing,
    ]);
  },
};

/** What the KVM of this machine changes in the meaning of a figure. */
function warnings({ points, run }: Analysis): string[] {
  const { kvm } = run.environment;
  if (kvm === null || kvm.warnings.length === 0 || !points.some(({ guest }) => guest === 'kvm')) return [];
  return [`**Mind which KVM this is:** ${kvm.warnings.join('. ')}.`];
}

/** In sentences, for each real guest: what grows with memory by its verdict, and who leads at the largest memory. */
function along(analysis: Analysis): string[] {
  const slice = realSlice(analysis);
  if (slice === null) return [];
  const guests = [...new Set(slice.map(({ guest }) => guest))];
  return [
    guests
      .map((guest) => {
        const here = slice.filter((point) => point.guest === guest);
        return `- ${[growth(analysis, here), lead(here)].join(' ')}`;
      })
      .join('\n'),
  ];
}

const told: Record<MemoryVerdict, (names: readonly string[]) => string> = {
  'grows with memory': (names) => `${listed(names)} ${names.length === 1 ? 'grows' : 'grow'} with memory`,
  'does not': (names) => `${listed(names)} ${names.length === 1 ? 'does' : 'do'} not grow with it`,
  'cannot say': (names) => `whether ${listed(names)} ${names.length === 1 ? 'does' : 'do'} cannot be said`,
};

function growth({ models }: Analysis, points: readonly AnalysedPoint[]): string {
  const memories = points.map(({ memoryBytes }) => memoryBytes);
  const [first] = points;
  if (first === undefined) return '';
  const verdictOf = (scheme: string) =>
    models.find((model) => model.scheme === scheme && settingKey(model) === settingKey(first))?.verdict ?? 'cannot say';
  const schemes = inOrder(points.map(({ scheme }) => scheme));
  const parts = (['grows with memory', 'does not', 'cannot say'] as const).flatMap((verdict) => {
    const names = schemes.filter((scheme) => verdictOf(scheme) === verdict).map(code);
    return names.length === 0 ? [] : [told[verdict](names)];
  });
  const range = `${formatMemory(Math.min(...memories))} to ${formatMemory(Math.max(...memories))}`;
  return `On the ${first.guest} guest, from ${range}, ${parts.join('; ')}.`;
}

/** The cheapest at the largest memory, and how many times its cost the others are. */
function lead(points: readonly AnalysedPoint[]): string {
  const largest = Math.max(...points.map(({ memoryBytes }) => memoryBytes));
  const [cheapest, ...others] = points
    .filter(({ memoryBytes }) => memoryBytes === largest)
    .toSorted((a, b) => a.collect.medianNs - b.collect.medianNs);
  if (cheapest === undefined || others.length === 0) return '';
  if (![cheapest, ...others].every(({ collect }) => isFinding(collect))) {
    return `Who leads at ${formatMemory(largest)} takes ${roundsForFinding} rounds to say.`;
  }
  const { medianNs } = cheapest.collect;
  const bound = cheapest.withinFloor ? 'at least ' : '';
  const times = others.map((each) =>
    each.withinFloor
      ? `at most the floor with ${code(each.scheme)}`
      : `${bound}${formatFactor(each.collect.medianNs / Math.max(1, medianNs))} that with ${code(each.scheme)}`,
  );
  return `At ${formatMemory(largest)} a collect takes ${costOf(cheapest)} with ${code(cheapest.scheme)}, ${listed(times)}.`;
}

/** The fitted cost a page of memory, beside the paper's. */
function costsOfPage(analysis: Analysis): string[] {
  const [first] = realSlice(analysis) ?? [];
  if (first === undefined) return [];
  const { perPageNs } = analysis.table1.derived;
  const models = analysis.models.filter(
    (model) =>
      isContender(model) &&
      (isReal(model) || model.scheme === conventional) &&
      settingKey({ ...model, guest: '' }) === settingKey({ ...first, guest: '' }),
  );
  const rows = inOrder(models.map(({ scheme }) => scheme)).flatMap((scheme) =>
    models
      .filter((model) => model.scheme === scheme)
      .map((model) => {
        const known = model.perPage.kind === 'fitted' && model.perPage.low > 0;
        return [
          code(scheme),
          model.guest,
          term(model.perPage, formatNumber),
          known ? formatFactor(perPageNs / model.perPage.value) : nothing,
          verdictWords[model.verdict],
        ];
      }),
  );
  return [
    `What a page of guest memory adds to a collect, fitted (${describeSetting(first)}), beside the ${formatNumber(perPageNs)} ns ` +
      'that follow from the paper’s Table 1 (derived):',
    toMarkdown({
      of: 'figures',
      header: ['tracker', 'guest', 'ns per page (measured)', 'paper’s cost ÷ this one’s', 'with memory it'],
      rows: [...rows, ['paper: full scan', 'QEMU 1.0', `${formatNumber(perPageNs)} (derived)`, '', '']],
    }),
  ];
}

/** What a reader must know before holding one round's figure against another's: a process is left with the pages it has touched. */
function epochsOfProcess({ points }: Analysis): string[] {
  const here = points.filter(({ guest, tracker }) => guest === 'process' && roleOf(tracker) !== 'floor');
  if (here.length === 0) return [];
  return [
    '**Rounds of other lengths:** on the process guest, compare only figures from rounds with the same number of epochs. The ' +
      'longer a round is, the more of its memory the guest has touched, and the more there is for a tracker to look at.' +
      `${twoLengths(here)} The points of this report have ${epochsIn(here)} in a round.`,
  ];
}

/** From these results, the scheme that most differs between two lengths of round, all else being equal; nothing of one length. */
function twoLengths(points: readonly AnalysedPoint[]): string {
  const pairs = points.flatMap((short) =>
    points
      .filter((long) => long.epochs > short.epochs && likeness(long) === likeness(short) && isFound(short, long))
      .map((long) => ({ short, long, factor: long.collect.medianNs / Math.max(1, short.collect.medianNs) })),
  );
  const [most] = pairs.toSorted((a, b) => b.factor - a.factor);
  if (most === undefined) return '';
  const { short, long } = most;
  return (
    ` Here a collect of ${code(short.scheme)} at ${formatMemory(short.memoryBytes)} took ${formatTime(short.collect.medianNs)} ` +
    `with ${short.epochs} epochs, and ${formatTime(long.collect.medianNs)} with ${long.epochs}.`
  );
}

/** Enough rounds of both, and more than they scatter by. */
function isFound(short: AnalysedPoint, long: AnalysedPoint): boolean {
  const costs = [short.collect, long.collect];
  return !short.withinFloor && costs.every(isFinding) && long.collect.lowNs > short.collect.highNs;
}

function likeness(point: AnalysedPoint): string {
  return settingKey(point, point.scheme, point.memoryBytes, Math.round(point.pagesPerEpoch));
}

function epochsIn(points: readonly AnalysedPoint[]): string {
  const all = points.map(({ epochs }) => epochs);
  const [least, most] = [Math.min(...all), Math.max(...all)];
  return least === most ? `${least} epochs` : `${least} to ${most} epochs`;
}

function unavailable({ run }: Context['analysis']): string[] {
  const real = run.unavailable.filter(({ tracker }) => roleOf(tracker) !== 'library');
  if (real.length === 0) return [];
  const rows = real.map(({ tracker, backing, why, remedy }) => [
    backing === undefined ? code(tracker) : `${code(tracker)}, ${backing}`,
    why,
    remedy,
  ]);
  return [
    'Trackers that do not work on this machine, found out by trying them:',
    toMarkdown({ of: 'words', header: ['tracker', 'why', 'what would make it work'], rows }),
  ];
}
