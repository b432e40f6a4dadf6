import { createRequire } from 'node:module';
import { TrackerError } from './tracker.js';

/** Why a tracker cannot be had here, and what would make it work, each in a line. */
export interface Missing {
  readonly why: string;
  readonly remedy: string;
}

const require = createRequire(import.meta.url);

/** A class of an npm package that may not be installed; loaded when it is first asked for. */
export class OptionalClass<T extends new (...args: never[]) => object> {
  readonly #package: string;
  readonly #name: string;

  constructor(packageName: string, name: string) {
    this.#package = packageName;
    this.#name = name;
  }

  /** Why the class cannot be had, with the remedy; null if it can. */
  missing(): Missing | null {
    const found = this.#find();
    return typeof found === 'string' ? { why: found, remedy: `npm install ${this.#package}` } : null;
  }

  /** @throws TrackerError if the package is not installed. */
  get(): T {
    const found = this.#find();
    if (typeof found === 'string') throw new TrackerError(`${found}: npm install ${this.#package}`);
    return found;
  }

  /** The class, or why there is none. */
  #find(): T | string {
    const loaded = load(this.#package);
    if (loaded === null) return `the package ${this.#package} is not installed`;
    const found: unknown = Reflect.get(loaded, this.#name);
    return isClass<T>(found) ? found : `the package ${this.#package} has no ${this.#name}`;
  }
}

function isClass<T>(value: unknown): value is T {
  return typeof value === 'function';
}

function load(name: string): object | null {
  try {
    return require(name);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'MODULE_NOT_FOUND') return null;
    throw error;
  }
}
