import { type Against, type Header, schemaVersion } from '../results/schema.js';
import { type BeginningFlags, runBeginning } from './beginning.js';
import { approximateAmong } from './exactness.js';
import type { Expansion } from './expansion.js';
import { defaultFootprint } from './footprint.js';
import type { Module } from './modules.js';

/** What a run is to measure, under the names that its results file gives it. */
export interface Planned extends Expansion {
  readonly name: string;
  /** Modules of the user's own that points name. */
  readonly modules: Module[];
}

/** The first line of the results file of a run that begins now on this machine; `command` is what repeats it, `against` the other build that it measures. */
export function makeHeader(planned: Planned, command: string, flags: BeginningFlags, against?: Against): Header {
  const beginning = runBeginning(flags);
  const approximate = approximateAmong(planned.points);
  return {
    kind: 'header',
    schema: schemaVersion,
    ...beginning,
    sweep: planned.name,
    command,
    footprintBytes: defaultFootprint(beginning.environment),
    points: planned.points,
    ...(planned.modules.length > 0 && { modules: planned.modules }),
    twin: planned.twin,
    skipped: planned.skipped,
    unavailable: planned.unavailable,
    ...(approximate.length > 0 && { approximate }),
    ...(against === undefined ? {} : { against }),
  };
}
