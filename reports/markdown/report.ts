import type { Synchronisation } from '../analysis/analysis.js';
import { armingSection } from './arming.js';
import { cachesSection } from './caches.js';
import { detectionByMemory, detectionByPages } from './detection.js';
import { documentSection } from './document.js';
import { environmentSection } from './environment.js';
import { frequencySection } from './frequency.js';
import { frontPage } from './front.js';
import { gapSection } from './gap.js';
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

/** The report as Markdown, by the names of its files: `report.md` last, and the pages that it leads to. */
export function reportPages(context: Context): Map<string, string> {
  const beside = pageNames.map((name) => [`${name}.md`, pageText(name, context)] as const);
  return new Map([...beside, ['report.md', `${frontPage(context)}\n`]]);
}

function pageText(name: PageName, context: Context): string {
  const { title, answer } = pages[name];
  const own = sections
    .filter((section) => pageOf(section) === name)
    .flatMap((section) => {
      const text = part(section, context);
      return text === null ? [] : [{ heading: section.heading, text }];
    });
  const links = own.length < 2 ? [] : [own.map(({ heading }) => `- [${heading}](#${anchorOf(heading)})`).join('\n')];
  const opening = answer(context.analysis);
  const parts = [
    `# ${title}`,
    ...(opening === null ? [] : [opening]),
    ...links,
    ...own.map(({ text }) => text),
    '[Back to the report](report.md)',
  ];
  return `${parts.join('\n\n')}\n`;
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
  const parts = [transactionsSection, gapSection, migrationsSection].flatMap((section) => part(section, context) ?? []);
  return `${['# What it costs to keep a standby in step, and to move a guest', ...parts].join('\n\n')}\n`;
}

function part<A extends Synchronisation>({ heading, needs, write }: Section<A>, context: Context<A>): string | null {
  const written = write(context);
  if (written === null && needs === null) return null;
  return `## ${heading}\n\n${written ?? `Not in this report: it needs ${needs}, and there are none here.`}`;
}
