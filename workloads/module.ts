import { z } from 'zod';
import { callOf, checkShape, functionSchema, insistShape, loadModule } from '../base/module.js';
import type { ModulePath } from '../base/modulepath.js';
import { Checked } from './checked.js';
import { addOwnWorkload } from './own.js';
import type { Workload } from './workload.js';

const what = 'workload';

/** What a module with a workload exports by default: a `WorkloadKind`, whose summary may be left out. */
const kindSchema = z.looseObject({
  summary: z.string({ error: 'it should be a line of text' }).optional(),
  create: functionSchema<(pages: number, pagesPerEpoch: number, seed: number) => unknown>(
    '(pages, pagesPerEpoch, seed) that returns a workload',
  ),
});

const workloadSchema = z.looseObject({
  mostWrites: z.int({ error: 'it should be the most writes of an epoch, a whole number' }).positive(),
  next: functionSchema<Workload['next']>('(into) that returns how many writes it put there'),
});

/**
 * Loads a workload of the user's own; from then on `openWorkload` knows it by its path, in this thread.
 * @returns the SHA-256 of the module's file
 * @throws ModuleError if it cannot be loaded, or is not of a workload's shape.
 */
export async function loadWorkload(path: ModulePath): Promise<string> {
  const { value, sha256 } = await loadModule(path, what);
  const given = checkShape(kindSchema, value, `${what} '${path}'`);
  const call = callOf(what, path);
  addOwnWorkload(path, {
    summary: given.summary ?? `of the module ${path}`,
    create: (pages, pagesPerEpoch, seed) => {
      const workload = call('create', () => given.create.call(value, pages, pagesPerEpoch, seed));
      insistShape(workloadSchema, workload, `${what} '${path}', what create() returns`);
      // What its `next` throws is told by the worker of the round (measure/worker.ts), with its place in the module.
      return new Checked(workload, pages, pagesPerEpoch, path);
    },
  });
  return sha256;
}
