/**
 * What `import { ... } from 'dirtybench'` gives: measuring, reading and reporting from a program, and the contracts of trackers
 * and workloads of one's own.
 *
 * @module dirtybench
 */

export { ModuleError } from '../base/modulepath.js';
export { UserError } from '../base/usererror.js';
export { UsageError } from '../measure/problem.js';
export type { Progress } from '../measure/run.js';
export type { SweepInput } from '../measure/sweep.js';
export { WrongSetError } from '../measure/wrong-set.js';
export { type Analysis, analyse } from '../reports/analysis/analysis.js';
export { type WrittenReport, writeReport } from '../reports/report.js';
export { ResultsError, readResults } from '../results/file.js';
export type { Header, Point, Results, Round } from '../results/schema.js';
export type { SoftwareTrackerKind, TrackerOptions } from '../trackers/kind.js';
export type { BoundedTracker, SoftwareTracker, Tracker, UnboundedTracker } from '../trackers/tracker.js';
export type { Workload, WorkloadKind } from '../workloads/workload.js';
export { type Measured, type MeasureOptions, measure } from './measure.js';
