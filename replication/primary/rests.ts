/** Turns for whoever needs the guest to stand still with everything acknowledged, one after the other. */
export class Rests {
  readonly #due: (() => void)[] = [];
  readonly #goOn: () => void;
  #resting = false;

  /** `goOn` is called when the guest may go on after a rest. */
  constructor(goOn: () => void) {
    this.#goOn = goOn;
  }

  /** Nothing may begin: the guest is at rest, or is to come to rest. */
  get pending(): boolean {
    return this.#resting || this.#due.length > 0;
  }

  /** Resolves when it is this one's turn; the guest stands still until the function that it resolves with is called. */
  ask(): Promise<() => void> {
    return new Promise((resolve) => {
      this.#due.push(() => {
        this.#resting = true;
        resolve(() => {
          this.#resting = false;
          this.#goOn();
        });
      });
    });
  }

  /** The guest stands still, and everything is acknowledged: whoever has waited longest gets the turn. */
  grant(): void {
    if (!this.#resting) this.#due.shift()?.();
  }
}
