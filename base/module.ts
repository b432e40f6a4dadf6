import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import { ModuleError, type ModulePath } from './modulepath.js';

/** A user's module, loaded. */
export interface LoadedModule {
  /** What it exports by default. */
  readonly value: unknown;
  /** SHA-256 of its file, in hexadecimal: what it imports is not in it. */
  readonly sha256: string;
}

/**
 * Loads a module of ECMAScript, or of CommonJS; `what` says what it is to hold, for errors. Node loads a file once in each thread: a later
 * call gives the module as it was loaded first, with the hash of what the file holds by then.
 * @throws ModuleError if there is no such file, it throws, or it exports nothing by default.
 */
export async function loadModule(path: ModulePath, what: string): Promise<LoadedModule> {
  const fault = (why: string) => new ModuleError(`${what} '${path}': ${why}`);
  let source: Uint8Array;
  try {
    source = readFileSync(path);
  } catch (error) {
    // Node's message goes on, after a comma, with the call and the path.
    throw fault(`cannot be read: ${firstLine(error).split(',')[0]}`);
  }
  const sha256 = createHash('sha256').update(source).digest('hex');
  let exported: { readonly default?: unknown };
  try {
    exported = await import(pathToFileURL(resolve(path)).href);
  } catch (error) {
    const remedy = isTypeScript(error)
      ? ' (this Node loads no TypeScript: compile it to JavaScript, or use Node 22.18 or newer)'
      : '';
    throw fault(`cannot be loaded: ${firstLine(error)}${remedy}`);
  }
  if (exported.default === undefined)
    throw fault(`exports nothing by default; a ${what} is what 'export default' gives`);
  return { value: exported.default, sha256 };
}

/**
 * Reads a value by a schema; `where` says in an error whose value it is, as `tracker './mine.js'`.
 * @throws ModuleError that names the first thing that is wrong.
 */
export function checkShape<T>(schema: z.ZodType<T>, value: unknown, where: string): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const at = issue === undefined || issue.path.length === 0 ? '' : `'${issue.path.join('.')}': `;
  throw new ModuleError(`${where}: ${at}${issue?.message ?? 'not as it should be'}`);
}

/**
 * Checks a value as `checkShape` does, but returns nothing: its caller goes on with the object itself, since what a schema gives is a
 * copy, without the methods of the object's class.
 * @throws ModuleError that names the first thing that is wrong.
 */
export function insistShape<T>(schema: z.ZodType<T>, value: unknown, where: string): asserts value is T {
  checkShape(schema, value, where);
}

/** A schema for a function. Only that it is one is checked: `signature` is for the message. */
export function functionSchema<F>(signature: string): z.ZodType<F> {
  return z.custom<F>((value) => typeof value === 'function', { error: `it should be a function ${signature}` });
}

/**
 * Gives what calls the functions of one module: an error that is thrown in one comes out as a ModuleError of one line, which says the
 * function's `name`. What a promise that is returned rejects with does not.
 */
export function callOf(what: string, path: string): <T>(name: string, call: () => T) => T {
  return (name, call) => {
    try {
      return call();
    } catch (error) {
      throw new ModuleError(`${what} '${path}': ${name}() threw ${describeThrown(error)}`);
    }
  };
}

/** What was thrown, in a line. */
export function describeThrown(error: unknown): string {
  const name = error instanceof Error && error.name !== 'Error' ? `${error.name}: ` : '';
  return `${name}${firstLine(error)}`;
}

/** Whether Node does not know what to do with a file of TypeScript: the module itself, or one that it imports. */
function isTypeScript(error: unknown): boolean {
  const isUnknown = error instanceof Error && 'code' in error && error.code === 'ERR_UNKNOWN_FILE_EXTENSION';
  return isUnknown && /extension "\.[cm]?ts"/.test(error.message);
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';
}
