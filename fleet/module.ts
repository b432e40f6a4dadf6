import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { loadModule } from '../base/module.js';
import { isModulePath, ModuleError, type ModulePath } from '../base/modulepath.js';
import type { Module } from '../measure/modules.js';
import type { Point } from '../results/schema.js';
import { loadTracker } from '../trackers/module.js';
import { loadWorkload } from '../workloads/module.js';

/** The user's own modules that a host has, by the SHA-256 of their files: jobs name a module by that, never by its path. */
export type HostModules = ReadonlyMap<string, ModulePath>;

/** What the name of a module begins with in a job; the SHA-256 of its file follows. */
const prefix = 'sha256:';

/**
 * Loads the trackers and workloads at these paths, as their user typed them.
 * @throws ModuleError if one cannot be loaded, or is neither.
 */
export async function modulesAt(paths: readonly string[]): Promise<HostModules> {
  const modules = new Map<string, ModulePath>();
  for (const typed of paths) {
    const path: ModulePath = isModulePath(typed) ? typed : `./${typed}`;
    const { value } = await loadModule(path, 'module');
    // Of the two kinds only a tracker's says which guest it is for.
    const isTracker = typeof value === 'object' && value !== null && 'guest' in value;
    modules.set(await (isTracker ? loadTracker(path) : loadWorkload(path)), path);
  }
  return modules;
}

/** The point as a job has it: each module is named by its hash alone. @throws ModuleError if one is none of `modules`. */
export function withHashes(point: Point, modules: readonly Module[]): Point {
  const named = (axis: Module['axis'], name: string): string => {
    if (!isModulePath(name)) return name;
    const known = modules.find((one) => one.axis === axis && one.path === name);
    if (known === undefined) throw new ModuleError(`${axis} '${name}' is no module of this run`);
    return prefix + known.sha256;
  };
  return { ...point, tracker: named('tracker', point.tracker), workload: named('workload', point.workload) };
}

/**
 * The point of a job with this host's own modules in it.
 * @throws ModuleError if it names a module that this host does not have or whose file has changed, or names one by its path.
 */
export function withPaths(point: Point, modules: HostModules): Point {
  const found = (axis: Module['axis'], name: string): string => {
    if (isModulePath(name))
      throw new ModuleError(`${axis} '${name}' is a path of another machine: a module goes by its hash`);
    if (!name.startsWith(prefix)) return name;
    const sha256 = name.slice(prefix.length);
    const path = modules.get(sha256);
    if (path === undefined) throw new ModuleError(`${axis} with ${shortHash(sha256)} is not here: ${remedy}`);
    if (hashOf(path) !== sha256)
      throw new ModuleError(`${axis} '${path}' has changed since its worker was started: ${remedy}`);
    return path;
  };
  return { ...point, tracker: found('tracker', point.tracker), workload: found('workload', point.workload) };
}

/** What a user can do for a host to measure with a module. */
export const remedy = 'copy the module there, and start the worker with --module FILE';

/** Enough of a hash to find it in the output of sha256sum. */
export function shortHash(sha256: string): string {
  return `SHA-256 ${sha256.slice(0, 12)}`;
}

function hashOf(path: ModulePath): string | null {
  try {
    return createHash('sha256').update(readFileSync(path)).digest('hex');
  } catch {
    return null;
  }
}
