import type { ComparedFile, Comparison, Single } from '../analysis/compare/comparison.js';
import type { Pair, Side } from '../analysis/compare/pair.js';
import { roundsForVerdict } from '../analysis/compare/rounds.js';
import { metrics } from '../analysis/compare/series.js';
import { type Verdict, verdicts } from '../analysis/compare/verdict.js';
import { axisColumns, namePoint } from '../axes.js';
import { formatCoverage, formatNumber, formatRatio, formatShare, formatTime } from '../units.js';
import { beyondOthers, doubtText } from './doubt.js';
import { listed, nothing } from './prose.js';
import { type Table, toMarkdown, toText } from './table.js';

/** A comparison as text for a terminal. */
export function comparisonText(comparison: Comparison): string {
  return write(comparison, { table: toText, heading: (text) => text, item: (text) => `  ${text}` });
}

/** A comparison as Markdown, as a comment on a change has it. */
export function comparisonMarkdown(comparison: Comparison): string {
  return write(comparison, { table: toMarkdown, heading: (text) => `**${text}**`, item: (text) => `- ${text}` });
}

/** How the parts of a comparison are written. */
interface Style {
  table(table: Table): string;
  heading(text: string): string;
  item(text: string): string;
}

function write(comparison: Comparison, style: Style): string {
  const parts = comparison.files.flatMap((file) => fileParts(file, comparison, style));
  return [...parts, explain(comparison), comparison.byTurns ? turns : moments].join('\n\n');
}

function fileParts(file: ComparedFile, comparison: Comparison, style: Style): string[] {
  const { pairs, differences } = file;
  const turnsToo = comparison.byTurns ? ', by turns' : '';
  const heading = `${file.path} beside ${comparison.base}${turnsToo}: ${inWords(file, comparison)}`;
  const warnings = differences.map(({ what, base, new: now }) => style.item(`${what}: ${base}, now ${now}`));
  return [
    style.heading(heading),
    ...(comparison.sameCode
      ? ['Both are the same files, to the byte: what differs is chance, or what a module imports.']
      : []),
    ...(warnings.length === 0
      ? []
      : [`Beside what was measured, these differ, and the figures may differ for it:\n${separated(warnings, style)}`]),
    ...(pairs.length === 0 ? [] : [style.table(pairsTable(pairs))]),
    ...singles(file.onlyBase, `only in ${comparison.base}`, style),
    ...singles(file.onlyNew, `only in ${file.path}`, style),
  ];
}

/** Markdown takes a list for one only after an empty line. */
function separated(items: readonly string[], style: Style): string {
  return `${style.item('').startsWith('-') ? '\n' : ''}${items.join('\n')}`;
}

/** What came out, in a line. */
function inWords({ pairs }: ComparedFile, { threshold, pairCoverage, byTurns }: Comparison): string {
  if (pairs.length === 0) return 'no point is in both';
  const counts = verdicts.flatMap((verdict) => {
    const number = pairs.filter((pair) => pair.verdict === verdict).length;
    return number === 0 ? [] : [countText(number, verdict, threshold)];
  });
  const most = verdicts.slice(0, 2).flatMap((verdict) => largest(pairs, verdict));
  const few = pairs.some(({ doubt }) => doubt?.kind === 'few rounds');
  const least = few
    ? [`a verdict on so many pairs takes at least ${roundsForVerdict(pairCoverage, byTurns)} rounds per side`]
    : [];
  return [`of ${pairs.length} pairs ${listed(counts)}`, ...most, ...least, ...roundsText(pairs)].join('; ');
}

function countText(number: number, verdict: Verdict, threshold: number): string {
  return `${number} ${verdict}${verdict === 'same' ? ` within ${formatShare(threshold)}` : ''}`;
}

function largest(pairs: readonly Pair[], verdict: Verdict): string[] {
  const first = pairs.find((pair) => pair.verdict === verdict);
  if (first === undefined || first.ratio === null) return [];
  const name = namePoint(
    first.axes,
    pairs.map(({ axes }) => axes),
  );
  return [`${verdict} the most: ${name}, ${formatRatio(first.ratio.ratio)}`];
}

/** Of those that more rounds would decide, with how many half of them or more would be, and with how many all. */
function roundsText(pairs: readonly Pair[]): string[] {
  const rounds = pairs
    .flatMap(({ doubt }) => (doubt !== null && 'rounds' in doubt ? (doubt.rounds ?? []) : []))
    .sort((a, b) => a - b);
  const [half, all] = [rounds[(rounds.length - 1) >> 1], rounds.at(-1)];
  if (half === undefined || all === undefined) return [];
  if (half === all) return [`${rounds.length} would be decided by about ${all} rounds per side`];
  const decided = rounds.filter((each) => each <= half).length;
  return [`about ${half} rounds per side would decide ${decided} of them, ${all} would decide all ${rounds.length}`];
}

function pairsTable(pairs: readonly Pair[]): Table {
  const columns = axisColumns(pairs.map(({ axes }) => axes));
  const several = new Set(pairs.map(({ metric }) => metric)).size > 1;
  const metric = metrics[pairs[0]?.metric ?? 'collect'].unit === 'tps' ? 'TPS' : pairs[0]?.metric;
  return {
    of: 'figures',
    header: [
      ...columns.map(({ title }) => title),
      ...(several ? ['metric'] : []),
      several ? 'base' : `${metric}, base`,
      'new',
      'ratio',
      'interval',
      'verdict',
      'because',
    ],
    rows: pairs.map((pair) => [
      ...columns.map(({ of }) => of(pair.axes)),
      ...(several ? [pair.metric] : []),
      sideText(pair.base, pair),
      sideText(pair.new, pair),
      pair.ratio === null ? nothing : formatRatio(pair.ratio.ratio),
      intervalText(pair),
      pair.verdict === 'slower' || pair.verdict === 'faster' ? `**${pair.verdict}**` : pair.verdict,
      pair.doubt === null ? '' : doubtText(pair.doubt),
    ]),
  };
}

function sideText({ median }: Side, { metric }: Pair): string {
  return metrics[metric].unit === 'ns' ? formatTime(median) : formatNumber(median);
}

function intervalText({ ratio, doubt }: Pair): string {
  if (ratio === null || ratio.coverage === 0) return nothing;
  const ends = `${formatRatio(ratio.low)} to ${formatRatio(ratio.high)}`;
  return doubt?.kind === 'few rounds' ? `${ends} (${Math.floor(ratio.coverage * 100 + 1e-9)} %)` : ends;
}

/** Points without a partner; of many the first. */
function singles(points: readonly Single[], where: string, style: Style): string[] {
  if (points.length === 0) return [];
  const named = [
    ...new Set(
      points.map(({ axes }) =>
        namePoint(
          axes,
          points.map((point) => point.axes),
        ),
      ),
    ),
  ];
  const shown = named.slice(0, mostSingles).map((name) => style.item(name));
  const more = named.length > mostSingles ? [style.item(`and ${named.length - mostSingles} more`)] : [];
  return [
    `${named.length === 1 ? 'One point is' : `${named.length} points are`} ${where}:\n${separated([...shown, ...more], style)}`,
  ];
}

const mostSingles = 12;

function explain({ coverage, pairCoverage, threshold, byTurns, looks }: Comparison): string {
  const [ratio, test, also] = byTurns
    ? [
        'the median over all averages of two pairs of rounds, measured one directly after the other',
        'however the machine changed meanwhile (exact signed-rank test; a coin said which of a pair came first)',
        '',
      ]
    : [
        'the median over all pairs of rounds',
        'whatever the rounds’ distribution (exact rank-sum test)',
        `, beyond what a point that was measured twice differs by, and ${beyondOthers}`,
      ];
  return (
    `Ratio: new over base, ${ratio}. The intervals hold all true ratios at once with ${formatCoverage(coverage)}, each ` +
    `alone with ${formatCoverage(pairCoverage)}${inLooks(looks)}, ${test}; a percentage beside one is what it ` +
    `covers where its rounds are too few for that. Slower or faster: the interval lies to one side of 1, and the ratio beyond ` +
    `${formatShare(threshold)}${also}. Same: the interval lies within ${formatShare(threshold)}.`
  );
}

/** Why an interval covers more than so many pairs need. */
function inLooks(looks: number): string {
  return looks === 1
    ? ''
    : ` (at each of ${looks} looks, from one to the next with twice the rounds of what was undecided)`;
}

const moments =
  'Two machines, or two moments of one, differ by more than their rounds show (a quiet and a busy one by as much as 1.4): what is sure is ' +
  'measured by turns in one run (`measure --against`), so that whatever changes meanwhile falls on both.';

const turns = 'Whatever the machine did meanwhile fell on both sides: each round was measured on both, by turns.';
