import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Analysis, Synchronisation } from './analysis/analysis.js';
import { analysisJson } from './analysis/document.js';

/** The site as it was built, beside the compiled reports. */
const built = new URL('../site/', import.meta.url);

/** What a browser loads beside the analysis. */
const parts = ['site.js', 'site.css'] as const;

/** The file that opens the site, in a report's folder. */
export const siteName = 'index.html';

/**
 * The site of a report, by paths from its folder: one page, its script and style, and the analysis as a script, since a browser
 * reads no JSON from `file://`. Nothing, where dirtybench was compiled without its site.
 */
export function siteFiles(analysis: Analysis | Synchronisation): Map<string, string> {
  if (!existsSync(fileURLToPath(new URL(siteName, built)))) return new Map();
  const compact = JSON.stringify(JSON.parse(analysisJson(analysis)));
  return new Map([
    ['site-data.js', `globalThis.dirtybenchAnalysis = JSON.parse(${JSON.stringify(compact)});\n`],
    ...[...parts, siteName].map((name) => [name, readFileSync(new URL(name, built), 'utf8')] as const),
  ]);
}
