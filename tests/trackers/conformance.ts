import { describe, it } from 'vitest';
import { conformance as casesOf } from '../../trackers/conformance.js';
import type { TrackerOptions } from '../../trackers/kind.js';
import { type SoftwareTrackerName, trackers } from '../../trackers/registry.js';

/** What every software tracker has to do; each tracker's own test calls this in one line. */
export function conformance(name: SoftwareTrackerName, options: TrackerOptions = { ringEntries: null }): void {
  const kind = trackers[name];
  const missing = kind.missing?.() ?? null;
  const suite = missing === null ? describe : describe.skip;
  suite(`${name}, as every tracker (${missing?.why ?? JSON.stringify(options)})`, () => {
    for (const { name: sentence, check } of casesOf(kind, options)) it(sentence, check);
  });
}
