/** A tracker as a user writes one, in a module: a Set, that forgets what `mark` is told to. */
export function ownTracker(mark = 'this.#pages.add(page);'): string {
  return `
    class Mine {
      bounded = false;
      #pages = new Set();
      mark(page) { ${mark} }
      collect(into) {
        let found = 0;
        for (const page of this.#pages) into[found++] = page;
        this.#pages.clear();
        return found;
      }
    }
    export default { guest: 'simulated', bytes: () => 0, create: () => new Mine() };`;
}
