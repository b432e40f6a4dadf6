import { reportPages } from '../../reports/markdown/report.js';
import type { Context } from '../../reports/markdown/section.js';

/** All pages of a report, `report.md` first. */
export function wholeReport(context: Context): string {
  const pages = [...reportPages(context).values()];
  return [pages.at(-1), ...pages.slice(0, -1)].join('\n');
}
