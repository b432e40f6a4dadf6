import { type Against, type Header, schemaVersion } from '../results/schema.js';
import { type BeginningFlags, runBeginning } from './beginning.js';
import { approximateAmong } from './exactness.js';
import type { Expansion } from './expansion.js';
import { defaultFootprint } from './footprint.js';
import type { Module } from './modules.js';
import { recordingsOf } from './recordings.js';

/** What a run is to measure, under the names that its results file gives it. */
export interface Planned extends Expansion {
  readonly name: string;
  /** Modules of the user's own that points name. */
  readonly modules: Module[];
}

/** Where and when a run begins. */
export type Beginning = Pick<
  Header,
  'version' | 'startedAt' | 'host' | 'commit' | 'environment' | 'load' | 'footprintBytes'
>;

/** The first line of the results file of a run that begins now on this machine; `command` is what repeats it, `against` the other build that it measures. */
export function makeHeader(planned: Planned, command: string, flags: BeginningFlags, against?: Against): Header {
  const beginning = runBeginning(flags);
  const footprintBytes = defaultFootprint(beginning.environment);
  const header = headerFrom(planned, command, { ...beginning, footprintBytes });
  return against === undefined ? header : { ...header, against };
}

/** The same of a run that begins somewhere else. */
export function headerFrom(planned: Planned, command: string, beginning: Beginning): Header {
  const approximate = approximateAmong(planned.points);
  const recordings = recordingsOf(planned.points);
  return {
    kind: 'header',
    schema: schemaVersion,
    ...beginning,
    sweep: planned.name,
    command,
    points: planned.points,
    ...(planned.modules.length > 0 && { modules: planned.modules }),
    ...(recordings.length > 0 && { recordings }),
    twin: planned.twin,
    skipped: planned.skipped,
    unavailable: planned.unavailable,
    ...(approximate.length > 0 && { approximate }),
  };
}
