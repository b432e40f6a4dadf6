/** Something that gives back what it holds. */
export interface Closable {
  close(): void;
}

/** What was opened, to be closed in the opposite order: everything, also if a close in between fails. */
export class Scope implements Closable {
  readonly #owned: Closable[] = [];

  /** Runs `build` with a new scope; if it throws, what it had opened until then is closed. */
  static build<T>(build: (scope: Scope) => T): T {
    const scope = new Scope();
    try {
      return build(scope);
    } catch (error) {
      scope.close();
      throw error;
    }
  }

  /** Takes `thing` over, and passes it on. */
  own<T extends Closable>(thing: T): T {
    this.#owned.push(thing);
    return thing;
  }

  /** Safe to call twice. */
  close(): void {
    const thing = this.#owned.pop();
    if (thing === undefined) return;
    try {
      thing.close();
    } finally {
      this.close();
    }
  }
}
