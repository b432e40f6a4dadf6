import type { DirectSocket } from './direct.js';

/** Longest that a wait sleeps, and that it may poll before, in milliseconds: the event loop does nothing else meanwhile. */
export const longestWaitMs = 1;
/** So many waits in a row in which nothing came, and the event loop has the connection to itself again. */
const mostInVain = 16;

/**
 * Waits for the next message in system calls, between turns of the event loop, as long as messages come often. Where they
 * do not, or no more are due, the event loop hears of the next one.
 */
export class DirectReceiver {
  readonly #socket: DirectSocket;
  readonly #due: () => boolean;
  #next: NodeJS.Immediate | null = null;
  #inVain = 0;

  /** `due`: whether a message is to be waited for. */
  constructor(socket: DirectSocket, due: () => boolean) {
    this.#socket = socket;
    this.#due = due;
  }

  /** A message has come, or been asked for: the next one is waited for. */
  expect(): void {
    this.#inVain = 0;
    this.#next ??= setImmediate(() => this.#wait());
  }

  #wait(): void {
    this.#next = null;
    if (!this.#due()) return;
    if (this.#socket.receive(longestWaitMs)) this.#inVain = 0;
    else this.#inVain++;
    if (this.#inVain < mostInVain) this.#next ??= setImmediate(() => this.#wait());
  }
}
