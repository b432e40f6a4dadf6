import type { Synchronisation } from '../analysis/analysis.js';
import { answer } from './answer.js';
import { detectionByMemory, detectionByPages } from './detection.js';
import { documentSection } from './document.js';
import { environmentSection } from './environment.js';
import { frequencySection } from './frequency.js';
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
import { programsSection } from './programs.js';
import { publishedSection } from './published.js';
import { realSection } from './real.js';
import { reproduceSection } from './reproduce.js';
import type { Context, Section } from './section.js';
import { settingsSection } from './settings.js';
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
  settingsSection,
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

/** The report as Markdown. */
export function reportMarkdown(context: Context): string {
  const parts = sections.flatMap((section) => part(section, context) ?? []);
  return `${['# What it costs to find the pages a guest has written', answer(context.analysis), ...parts].join('\n\n')}\n`;
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
