import { isModulePath, type ModulePath } from '../base/modulepath.js';
import type { Header, Point } from '../results/schema.js';
import { knownTracker } from '../trackers/registry.js';
import type { Sweep } from './sweep.js';

/** A module of the user's own that a run measures. */
export type Module = NonNullable<Header['modules']>[number];

/** What the loader of each axis is; zod is loaded with it, and a round without modules should not wait for that. */
const load: Record<Module['axis'], (path: ModulePath) => Promise<string>> = {
  tracker: async (path) => (await import('../trackers/module.js')).loadTracker(path),
  workload: async (path) => (await import('../workloads/module.js')).loadWorkload(path),
};

/**
 * Loads the modules that sweeps name on their axes, each once; from then on they stand beside what dirtybench has.
 * @throws ModuleError if one cannot be loaded, or is not what its axis takes.
 */
export async function loadSweepModules(sweeps: readonly Sweep[]): Promise<Module[]> {
  const crosses = sweeps.flatMap((sweep) => sweep.crosses);
  const modules: Module[] = [];
  for (const axis of ['tracker', 'workload'] as const) {
    for (const path of new Set(crosses.flatMap((axes): readonly string[] => axes[axis] ?? []))) {
      if (!isModulePath(path)) continue;
      const sha256 = await load[axis](path);
      if (axis === 'workload') modules.push({ axis, path, sha256 });
      else modules.push({ axis, path, sha256, ...dutyOf(path) });
      if (axis === 'tracker') tryToCreate(path);
    }
  }
  return modules;
}

/** What reports hold a tracker of the user's own against, who cannot load it. */
function dutyOf(path: ModulePath): Pick<Module, 'duty'> {
  const duty = knownTracker(path)?.duty;
  return duty === undefined ? {} : { duty };
}

/**
 * Makes a tracker of a loaded module once: what is wrong with it is better said before an hour of measuring than after it.
 * @throws ModuleError if what it makes is no tracker.
 */
export function tryToCreate(path: ModulePath): void {
  const kind = knownTracker(path);
  if (kind?.guest === 'simulated') kind.create(1024, { ringEntries: null }).close?.();
}

/** Loads the modules that a point names, in the thread that measures it. @throws ModuleError as `loadSweepModules`. */
export async function loadPointModules({ tracker, workload }: Point): Promise<void> {
  if (isModulePath(tracker)) await load.tracker(tracker);
  if (isModulePath(workload)) await load.workload(workload);
}

/** Whether code of the user's own runs where this point is measured. */
export function runsModules({ tracker, workload }: Point): boolean {
  return isModulePath(tracker) || isModulePath(workload);
}
