import type { Analysis, Synchronisation } from '../analysis/analysis.js';
import { armingSection } from './arming.js';
import { cachesSection } from './caches.js';
import { detectionByMemory, detectionByPages } from './detection.js';
import { documentSection } from './document.js';
import { environmentSection } from './environment.js';
import { frequencySection } from './frequency.js';
import { frontPage } from './front.js';
import { gapSection } from './gap.js';
import { guestsSection } from './guests.js';
import { hostsSection } from './hosts.js';
import { latencySection } from './latency.js';
import { librariesSection } from './libraries.js';
import { limitsSection } from './limits.js';
import { markingSection } from './marking.js';
import { methodSection } from './method.js';
import { migrationsSection } from './migrations.js';
import { modelsSection } from './models.js';
import { noiseSection } from './noise.js';
import { type PageName, pageNames, pageOf, pages } from './pages.js';
import { programsSection } from './programs.js';
import { publishedSection } from './published.js';
import { realSection } from './real.js';
import { reproduceSection } from './reproduce.js';
import { runningSection } from './running.js';
import type { Context, Section } from './section.js';
import { settingsSection } from './settings.js';
import { snapshotsSection } from './snapshots.js';
import { table1Section } from './table1.js';
import { transactionsSection } from './transactions.js';
import { warningsSection } from './warnings.js';
import { winnersSection } from './winners.js';

/** In the order of the report. To add one: its file, and its place here. */
const sections: readonly Section[] = [
  hostsSection,
  table1Section,
  transactionsSection,
  gapSection,
  migrationsSection,
  detectionByMemory,
  detectionByPages,
  realSection,
  armingSection,
  runningSection,
  guestsSection,
  snapshotsSection,
  settingsSection,
  cachesSection,
  markingSection,
  winnersSection,
  limitsSection,
  librariesSection,
  frequencySection,
  programsSection,
  latencySection,
  modelsSection,
  publishedSection,
  noiseSection,
  warningsSection,
  environmentSection,
  methodSection,
  reproduceSection,
  documentSection,
];

const absentHeading = 'Not in this report';

/** The report as Markdown, by the names of its files: the pages for which it has something, and `report.md` last, which leads to them. */
export function reportPages(context: Context): Map<string, string> {
  const parts = sections.map((section) => ({ section, text: section.write(context) }));
  const beside = pageNames.flatMap((name) => {
    const text = pageText(name, parts, context);
    return text === null ? [] : [{ name, text }];
  });
  const front = [
    frontPage(
      context,
      beside.map(({ name }) => name),
    ),
    ...absentText(parts),
  ].join('\n\n');
  return new Map([...beside.map(({ name, text }) => [`${name}.md`, text] as const), ['report.md', `${front}\n`]]);
}

/** A section, and what it has to say; null: nothing, of these results. */
interface Part<A extends Synchronisation> {
  readonly section: Section<A>;
  readonly text: string | null;
}

function pageText(name: PageName, parts: readonly Part<Analysis>[], { analysis }: Context): string | null {
  const own = parts.filter(({ section }) => pageOf(section) === name).flatMap(written);
  if (own.length === 0) return null;
  const { title, answer } = pages[name];
  const links = own.length < 2 ? [] : [own.map(({ heading }) => `- [${heading}](#${anchorOf(heading)})`).join('\n')];
  const opening = answer(analysis);
  const blocks = [
    `# ${title}`,
    ...(opening === null ? [] : [opening]),
    ...links,
    ...own.map(({ text }) => text),
    '[Back to the report](report.md)',
  ];
  return `${blocks.join('\n\n')}\n`;
}

function written<A extends Synchronisation>({ section: { heading }, text }: Part<A>) {
  return text === null ? [] : [{ heading, text: `## ${heading}\n\n${text}` }];
}

/** What is not there, and what results would need for it: once, at the end. */
function absentText<A extends Synchronisation>(parts: readonly Part<A>[]): string[] {
  const absent = parts.flatMap(({ section: { heading, needs }, text }) =>
    text === null && needs !== null ? [`- ${heading}: it needs ${needs}.`] : [],
  );
  return absent.length === 0 ? [] : [`## ${absentHeading}`, absent.join('\n')];
}

/** The anchor that GitHub makes of a heading. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(' ', '-');
}

/** A report of transactions and migrations alone. */
export function synchronisationMarkdown(context: Context<Synchronisation>): string {
  const parts = [transactionsSection, gapSection, migrationsSection].map((section) => ({
    section,
    text: section.write(context),
  }));
  const title = '# What it costs to keep a standby in step, and to move a guest';
  return `${[title, ...parts.flatMap(written).map(({ text }) => text), ...absentText(parts)].join('\n\n')}\n`;
}
