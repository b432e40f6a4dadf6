import { z } from 'zod';
import { unknownName } from '../base/suggestion.js';
import { type Axes, axesSchema, axesShape } from './axes.js';
import { UsageError } from './problem.js';

const maskSchema = z.strictObject({
  guest: axesShape.guest,
  tracker: axesShape.tracker,
  workload: axesShape.workload,
  memory: axesShape.memory,
  pages: axesShape.pages,
  'io-frequency': axesShape['io-frequency'],
  'dirty-rate': axesShape['dirty-rate'],
  cache: axesShape.cache,
  vcpus: axesShape.vcpus,
  'ring-entries': axesShape['ring-entries'],
  'clear-chunk': axesShape['clear-chunk'],
  backing: axesShape.backing,
  guests: axesShape.guests,
});

/** What `exclude` names: points that have one of the given values on every given axis. */
export type Mask = z.infer<typeof maskSchema>;

const sweepSchema = z.strictObject({
  ...axesShape,
  /** What the sweep is called in results and reports. */
  name: z.string().min(1).optional(),
  /** Further crosses; an axis that one leaves out is the sweep's own. */
  include: z.array(axesSchema).optional(),
  exclude: z.array(maskSchema).optional(),
});

/** A cross product of axes, with further crosses added and some of its points taken out. */
export interface Sweep {
  readonly name: string | null;
  readonly crosses: readonly Axes[];
  readonly exclude: readonly Mask[];
}

/** A sweep as it is written in a sweep file, in a profile or by flags. */
export type SweepInput = z.input<typeof sweepSchema>;

/**
 * Reads a sweep. `source` names it in errors: a file, or the command line.
 * @throws UsageError that names the key and the value.
 */
export function parseSweep(input: unknown, source: string): Sweep {
  const parsed = sweepSchema.safeParse(input, { reportInput: true });
  if (!parsed.success) throw new UsageError(`${source}: ${describe(parsed.error)}`);
  const { name, include = [], exclude = [], ...axes } = parsed.data;
  return { name: name ?? null, crosses: [axes, ...include.map((cross) => ({ ...axes, ...cross }))], exclude };
}

/** The first thing that is wrong, with the key it is wrong at. */
function describe(error: z.ZodError): string {
  const [issue] = error.issues;
  if (issue === undefined) return 'not a sweep';
  const where = issue.path.filter((part) => typeof part === 'string').join('.');
  const at = where === '' ? '' : `${where}: `;
  if (issue.code === 'unrecognized_keys') return at + unknownName('key', issue.keys[0] ?? '', allowedKeys(where));
  if (issue.code === 'invalid_type') return at + misplaced(issue.input, issue.expected);
  return at + issue.message;
}

/** What stands where something else belongs, as `include: 1 is not a set of axes, ...`. */
function misplaced(input: unknown, expected: string): string {
  const found = JSON.stringify(input) ?? String(input);
  if (expected === 'object') return `${found} is not a set of axes, as { tracker: flag-scan, memory: 4G }`;
  return `${found} is not ${expected === 'string' ? 'a name' : `of the kind ${expected}`}`;
}

function allowedKeys(where: string): string[] {
  if (where === 'include') return Object.keys(axesShape);
  return Object.keys(where === 'exclude' ? maskSchema.shape : sweepSchema.shape);
}
