import type { Events } from '../events.js';

const intervalMs = 10_000;

/** Says what one should not forget, again and again until it is over. */
export class RepeatedWarning {
  readonly #events: Events;
  #timer: NodeJS.Timeout | null = null;

  constructor(events: Events) {
    this.#events = events;
  }

  /** Says `line` at once, and `again` every ten seconds; what was said before ends. */
  begin(line: string, again: string): void {
    this.end();
    this.#events.say(line);
    this.#timer = setInterval(() => this.#events.say(again), intervalMs).unref();
  }

  end(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
  }
}

/** Says that what clients are told is on no standby. */
export function unsynchronised(warning: RepeatedWarning, why: string): void {
  warning.begin(
    `primary: UNSYNCHRONISED from now on, ${why}`,
    'primary: still UNSYNCHRONISED: what clients are told is on no standby',
  );
}
