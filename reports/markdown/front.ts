import type { Analysis } from '../analysis/analysis.js';
import { isReal } from '../analysis/setting.js';
import { type ChartName, charts } from '../charts/registry.js';
import { answer } from './answer.js';
import { type PageName, pages } from './pages.js';
import type { Context, Picture } from './section.js';
import { toMarkdown } from './table.js';
import { labels, mainTable } from './table1.js';
import { warningsText } from './warnings.js';

/** The charts that matter most, and the page that has each with all beside it. */
const shown: readonly { readonly chart: ChartName; readonly page: PageName; isMeant(picture: Picture): boolean }[] = [
  { chart: 'detection-by-memory', page: 'detection', isMeant: ({ guest }) => guest === 'kvm' },
  { chart: 'detection-by-memory', page: 'detection', isMeant: ({ guest }) => guest !== null && !isReal({ guest }) },
  { chart: 'detection-by-pages', page: 'detection', isMeant: ({ guest }) => guest !== null && !isReal({ guest }) },
  { chart: 'transactions-by-memory', page: 'end-to-end', isMeant: () => true },
  { chart: 'downtime', page: 'migration', isMeant: () => true },
];

/** `report.md`: the answer, the way to the pages that are there, the main table, the charts that matter, and what to believe. */
export function frontPage(context: Context, present: readonly PageName[]): string {
  const { analysis } = context;
  return [
    '# What it costs to find the pages a guest has written',
    answer(analysis),
    '[The site](index.html) has the same figures with sliders, and a chart of every point; `dirtybench advise` answers for your own guest.',
    contents(analysis, present),
    '## Table 1, and what each tracker would make of it',
    toMarkdown(mainTable(analysis)),
    labels(analysis.table1),
    `More in [${pages.table1.title}](table1.md).`,
    ...pictures(context),
    '## What to believe',
    `${pages.method.answer(analysis) ?? ''} [Method, noise and machine](method.md) says how.`,
    warningsText(analysis),
  ].join('\n\n');
}

function contents(analysis: Analysis, present: readonly PageName[]): string {
  return toMarkdown({
    of: 'words',
    header: ['page', 'question', 'in short'],
    rows: present.map((name) => {
      const { title, question, answer: answerOf } = pages[name];
      return [`[${title}](${name}.md)`, question, answerOf(analysis) ?? ''];
    }),
  });
}

function pictures({ pictures: drawn }: Context): string[] {
  const found = shown.flatMap(({ chart, page, isMeant }) => {
    const picture = drawn.find((one) => one.chart === chart && isMeant(one));
    if (picture === undefined) return [];
    const subject = picture.guest === null ? '' : ` (${picture.guest} guest)`;
    return [`[![${charts[chart].alt}${subject}](${picture.path})](${page}.md)`];
  });
  return found.length === 0 ? [] : ['## The charts that matter most', ...found];
}
