import { ModuleError, type ModulePath } from '../base/modulepath.js';
import type { WorkloadKind } from './workload.js';

/** Workloads of the user's own that were loaded in this thread, by their modules' paths. */
const kinds = new Map<ModulePath, WorkloadKind>();

/** Makes a workload known by its module's path, in this thread. */
export function addOwnWorkload(path: ModulePath, kind: WorkloadKind): void {
  kinds.set(path, kind);
}

/** The workload of that module. @throws ModuleError if it was not loaded in this thread. */
export function ownWorkload(path: ModulePath): WorkloadKind {
  const kind = kinds.get(path);
  if (kind === undefined) throw new ModuleError(`workload '${path}': its module is not loaded`);
  return kind;
}
