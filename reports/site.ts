import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Analysis, Synchronisation } from './analysis/analysis.js';
import type { History } from './analysis/compare/course.js';
import { analysisJson } from './analysis/document.js';

/** The site as it was built, beside the compiled reports. */
const built = new URL('../site/', import.meta.url);

/** What a browser loads beside the analysis. */
const parts = ['site.js', 'site.css'] as const;

/** The file that opens the site, in a report's folder. */
export const siteName = 'index.html';

/**
 * The site of a report, by paths from its folder: one page, its script and style, and the analysis as a script, since a browser
 * reads no JSON from `file://`; the same of the histories of hosts. Nothing, where dirtybench was compiled without its site.
 */
export function siteFiles(
  analysis: Analysis | Synchronisation,
  histories: readonly History[] = [],
): Map<string, string> {
  if (!existsSync(fileURLToPath(new URL(siteName, built)))) return new Map();
  const data = { dirtybenchAnalysis: JSON.parse(analysisJson(analysis)), dirtybenchHistories: histories };
  return new Map([
    ['site-data.js', Object.entries(data).map(scriptOf).join('')],
    ...[...parts, siteName].map((name) => [name, readFileSync(new URL(name, built), 'utf8')] as const),
  ]);
}

/** A string that is parsed is read several times as fast as the same written out as a program. */
function scriptOf([name, value]: [string, unknown]): string {
  return `globalThis.${name} = JSON.parse(${JSON.stringify(JSON.stringify(value))});\n`;
}
