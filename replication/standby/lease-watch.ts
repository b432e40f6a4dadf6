import { now } from '../clock.js';
import type { GrantedLease } from '../lease.js';

/** Waits until a lease has surely ended, however often it is renewed meanwhile. */
export class LeaseWatch {
  readonly #lease: GrantedLease;
  readonly #over: () => void;
  #timer: NodeJS.Timeout | null = null;
  #check: NodeJS.Immediate | null = null;

  /** `over` is called once, unless it is ended before. */
  constructor(lease: GrantedLease, over: () => void) {
    this.#lease = lease;
    this.#over = over;
    this.#wait();
  }

  end(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    if (this.#check !== null) clearImmediate(this.#check);
  }

  #wait(): void {
    const leftMs = Math.ceil((this.#lease.surelyEndedNs - now()) / 1e6);
    // What has come meanwhile is read first: this process may have been the one that was asleep.
    this.#timer = setTimeout(
      () => {
        this.#check = setImmediate(() => this.#look());
      },
      Math.max(0, leftMs),
    );
  }

  #look(): void {
    if (now() < this.#lease.surelyEndedNs) this.#wait();
    else this.#over();
  }
}
