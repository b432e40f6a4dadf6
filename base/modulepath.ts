import { UserError } from './usererror.js';

/** The path of a module of the user's own, as it was typed; what has none of these beginnings is a name. */
export type ModulePath = `./${string}` | `../${string}` | `/${string}`;

/** Whether a name is the path of a module. */
export function isModulePath(name: string): name is ModulePath {
  return /^\.{0,2}\//.test(name);
}

/** Whether a name without such a beginning looks like a module's file, so that the user probably forgot `./`. */
export function isModuleFile(name: string): boolean {
  return !isModulePath(name) && /\.[cm]?[jt]s$/.test(name);
}

/** A module that cannot be used, in one line: it is not there, does not load, or is not what it should be. */
export class ModuleError extends UserError {
  override readonly name = 'ModuleError';
}
