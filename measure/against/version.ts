import { accessSync, constants, statSync } from 'node:fs';
import { isModuleFile, isModulePath, type ModulePath } from '../../base/modulepath.js';
import { loadTracker } from '../../trackers/module.js';
import { type Module, tryToCreate } from '../modules.js';
import { UsageError } from '../problem.js';
import type { RunInBuild } from './pair.js';

/** Another version of a tracker of the user's own, that it is measured against. */
export interface Version {
  readonly path: ModulePath;
  /** SHA-256 of its file. */
  readonly sha256: string;
}

/**
 * The path, if what is named is a module and no build of dirtybench: a file that no shell would start. What is neither there
 * nor looks like a module's path is for the shell, too.
 * @throws UsageError if it is a file that is neither, or a module's that does not begin as a path.
 */
export function versionPath(named: string): ModulePath | null {
  const isThere = statSync(named, { throwIfNoEntry: false })?.isFile() === true;
  const isModule = /\.[cm]?[jt]s$/.test(named) && (isThere || !/\s/.test(named));
  if (isThere && isExecutable(named)) return null;
  if (isModule && isModulePath(named)) return named;
  if (isModule && isModuleFile(named)) {
    throw new UsageError(`'${named}' to measure against: a module of your own is given by its path, as ./${named}`);
  }
  if (!isThere || !isModulePath(named)) return null;
  throw new UsageError(
    `'${named}' is neither a build of dirtybench (its folder, or a command) nor a module with a tracker (as ./mine-before.js)`,
  );
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Loads that module. @throws ModuleError if it cannot be loaded, or is no tracker. */
export async function openVersion(path: ModulePath): Promise<Version> {
  const sha256 = await loadTracker(path);
  tryToCreate(path);
  return { path, sha256 };
}

/**
 * The module of the sweep that another one is a version of: the only tracker among them.
 * @throws UsageError if there is none, or several.
 */
export function moduleOf({ path }: Version, modules: readonly Module[]): Module {
  const [only, ...more] = modules.filter(({ axis }) => axis === 'tracker');
  if (only === undefined) {
    throw new UsageError(
      `--against ${path} is another version of a tracker of your own: name that with --tracker, as ./mine.js`,
    );
  }
  if (more.length === 0) return only;
  const names = [only, ...more].map((module) => module.path).join(', ');
  throw new UsageError(`--against ${path} may be another version of any of ${names}: name one of them with --tracker`);
}

/** Runs a round with that version in the place of the module at `of`; of any other tracker as it is. */
export function withVersion({ path }: Version, of: string, run: RunInBuild): RunInBuild {
  return ({ point, ...task }, signal) =>
    run({ ...task, point: point.tracker === of ? { ...point, tracker: path } : point }, signal);
}
