import { z } from 'zod';
import { callOf, checkShape, functionSchema, insistShape, loadModule } from '../base/module.js';
import type { ModulePath } from '../base/modulepath.js';
import { families } from './facts.js';
import type { SoftwareTrackerKind, TrackerOptions } from './kind.js';
import { addOwnKind } from './own.js';
import type { SoftwareTracker } from './tracker.js';

const what = 'tracker';

const dutySchema = z.discriminatedUnion(
  'kind',
  [
    z.strictObject({ kind: z.literal('read'), bytesPerPage: z.number().positive() }),
    z.strictObject({ kind: z.literal('touch') }),
  ],
  { error: "it should be { kind: 'read', bytesPerPage } or { kind: 'touch' }" },
);

/** A fact that a module's tracker cannot state. */
const leftOut = (why: string) => z.undefined({ error: `it should be left out: ${why}` }).optional();

/** What a module with a tracker exports by default: a `SoftwareTrackerKind`, of which little must be there, and not all may be. */
const kindSchema = z.looseObject({
  guest: z.literal('simulated', {
    error: "it should be 'simulated': a module's tracker is marked by a simulated guest",
  }),
  summary: z.string({ error: 'it should be a line of text' }).optional(),
  usedBy: z.string({ error: 'it should be a line of text' }).optional(),
  takesRing: z.literal(true, { error: 'it should be true, or left out' }).optional(),
  exclusive: z.literal(true, { error: 'it should be true, or left out' }).optional(),
  role: z.literal('scheme', { error: "it should be left out: a module's tracker is compared as a scheme" }).optional(),
  exactness: z.literal('exact', { error: "it should be left out: a module's tracker is held to be exact" }).optional(),
  concurrent: leftOut("a module's tracker is marked by one vCPU alone"),
  onlyStopped: leftOut('a simulated guest stands still for each collect'),
  wholeProcess: leftOut('a simulated guest is tracked by itself'),
  room: leftOut('bytes() says it'),
  look: leftOut("a module's tracker is drawn as follows from its name"),
  missing: leftOut('a module that lacks something throws when it is loaded'),
  family: z.enum(families, { error: `it should be one of ${families.join(', ')}` }).optional(),
  duty: dutySchema.optional(),
  nsPerPage: z.number({ error: 'it should be a number of nanoseconds' }).nonnegative().optional(),
  nsPerWrite: z.number({ error: 'it should be a number of nanoseconds' }).nonnegative().optional(),
  bytes: functionSchema<SoftwareTrackerKind['bytes']>('(pages, options) that returns bytes'),
  create: functionSchema<(pages: number, options: TrackerOptions) => unknown>(
    '(pages, options) that returns a tracker',
  ),
});

const mark = functionSchema<(page: number) => boolean>('(page)');
const collect = functionSchema<SoftwareTracker['collect']>('(into) that returns how many pages it put there');

/** What such a kind creates. */
const trackerSchema = z.discriminatedUnion(
  'bounded',
  [
    z.looseObject({ bounded: z.literal(false), mark, collect }),
    z.looseObject({ bounded: z.literal(true), mark, collect, drain: functionSchema<() => void>('()') }),
  ],
  { error: 'it should be true, for one that is drained, or false' },
);

/**
 * Loads a tracker of the user's own; from then on `trackerKind` knows it by its path, in this thread.
 * @returns the SHA-256 of the module's file
 * @throws ModuleError if it cannot be loaded, or is not of a tracker's shape.
 */
export async function loadTracker(path: ModulePath): Promise<string> {
  const { value, sha256 } = await loadModule(path, what);
  addOwnKind(path, readKind(value, path));
  return sha256;
}

/** The module's kind, whose functions are called on what it exported, and whose trackers are looked at before they are used. */
function readKind(value: unknown, path: ModulePath): SoftwareTrackerKind {
  const given = checkShape(kindSchema, value, `${what} '${path}'`);
  const call = callOf(what, path);
  return {
    guest: 'simulated',
    summary: given.summary ?? `of the module ${path}`,
    usedBy: given.usedBy ?? 'its author',
    ...(given.takesRing && { takesRing: given.takesRing }),
    ...(given.exclusive && { exclusive: given.exclusive }),
    ...(given.family && { family: given.family }),
    ...(given.duty && { duty: given.duty }),
    ...(given.nsPerPage !== undefined && { nsPerPage: given.nsPerPage }),
    ...(given.nsPerWrite !== undefined && { nsPerWrite: given.nsPerWrite }),
    bytes: (pages, options) =>
      checkBytes(
        call('bytes', () => given.bytes.call(value, pages, options)),
        path,
      ),
    create: (pages, options) =>
      checkTracker(
        call('create', () => given.create.call(value, pages, options)),
        path,
      ),
  };
}

function checkBytes(bytes: unknown, path: ModulePath): number {
  const schema = z.number({ error: 'it should be a number from 0 up' }).nonnegative();
  return checkShape(schema, bytes, `${what} '${path}', what bytes() returns`);
}

function checkTracker(tracker: unknown, path: ModulePath): SoftwareTracker {
  insistShape(trackerSchema, tracker, `${what} '${path}', what create() returns`);
  return tracker;
}
