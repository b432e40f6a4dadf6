import { ModuleError, type ModulePath } from '../base/modulepath.js';
import type { SoftwareTrackerKind } from './kind.js';

/** Trackers of the user's own that were loaded in this thread, by their modules' paths. */
const kinds = new Map<ModulePath, SoftwareTrackerKind>();

/** Makes a tracker known by its module's path, in this thread. */
export function addOwnKind(path: ModulePath, kind: SoftwareTrackerKind): void {
  kinds.set(path, kind);
}

/** The tracker of that module. @throws ModuleError if it was not loaded in this thread. */
export function ownKind(path: ModulePath): SoftwareTrackerKind {
  const kind = kinds.get(path);
  if (kind === undefined) throw new ModuleError(`tracker '${path}': its module is not loaded`);
  return kind;
}
