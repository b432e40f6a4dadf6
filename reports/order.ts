import { knownFacts, trackerNames } from '../trackers/catalogue.js';
import { partsOf } from './analysis/scheme.js';

/** The paper's synchronised row, as a line. */
export const paperScan = 'paper: full scan';
/** What follows from it if detection cost nothing, as a line. */
export const noDetection = 'derived: no detection';
/** What a collect of the paper's scan took, as it follows from its table, as a line. */
export const derivedScan = 'derived: paper’s scan';

/** The paper's guest that nothing synchronises, as a line. */
export const paperUnsynchronised = 'paper: not synchronised';
/** The guest measured here that nothing synchronises, as a line. */
export const hereUnsynchronised = 'here: not synchronised';

/** Trackers as in their catalogue, then what the paper printed and what follows from it. */
const order: ReadonlyMap<string, number> = new Map(
  [
    ...trackerNames.filter((name) => knownFacts(name)?.look !== undefined),
    ...[paperScan, derivedScan, noDetection, paperUnsynchronised, hereUnsynchronised],
  ].map((name, index) => [name, index]),
);

const byName = new Intl.Collator('en', { numeric: true });

/** The distinct schemes in the order of legends and tables; those without a look of their own come last, by name. */
export function inOrder(schemes: Iterable<string>): string[] {
  const rank = (scheme: string) => order.get(partsOf(scheme).tracker) ?? order.size;
  return [...new Set(schemes)].sort((a, b) => rank(a) - rank(b) || byName.compare(a, b));
}
