/** Takes one line of text for the user. */
export type Log = (line: string) => void;

const windowMs = 1000;
/** Longer lines are cut: they quote what others sent. */
const mostCharacters = 500;
/** What could forge a line, or a terminal's commands. */
const unprintable = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** What a server says of its work: one line an event, and never more lines because someone outside makes many of them. */
export class Events {
  readonly #log: Log;
  readonly #repeated = new Map<string, { more: number; last: string }>();

  constructor(log: Log) {
    this.#log = (line) => log(line.slice(0, mostCharacters).replace(unprintable, '?'));
  }

  say(line: string): void {
    this.#log(line);
  }

  /**
   * For events that others can cause at will: the first of a kind is said at once; those that follow within a second
   * are counted, and one line says how many they were.
   */
  sayOften(kind: string, line: string): void {
    const repeated = this.#repeated.get(kind);
    if (repeated !== undefined) {
      repeated.more++;
      repeated.last = line;
      return;
    }
    this.#log(line);
    this.#repeated.set(kind, { more: 0, last: '' });
    setTimeout(() => this.#endWindow(kind), windowMs).unref();
  }

  #endWindow(kind: string): void {
    const repeated = this.#repeated.get(kind);
    this.#repeated.delete(kind);
    if (repeated === undefined || repeated.more === 0) return;
    const { more, last } = repeated;
    if (more === 1) this.sayOften(kind, last);
    else this.sayOften(kind, `${more} more such events within a second; the last: ${last}`);
  }
}
