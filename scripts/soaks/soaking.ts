import { Presets, SingleBar } from 'cli-progress';

/** The exit code of a command that was interrupted. */
export const interruptedCode = 130;

/** What a part found, for people and for programs. */
export interface Soaked {
  readonly text: string;
  readonly figures: Readonly<Record<string, string | number | null>>;
}

/** How long something has run, and whether that is long enough. */
export class Clock {
  readonly #begunMs = performance.now();
  readonly #mostSeconds: number;

  constructor(minutes: number) {
    this.#mostSeconds = minutes * 60;
  }

  get seconds(): number {
    return (performance.now() - this.#begunMs) / 1000;
  }

  get isOver(): boolean {
    return this.seconds > this.#mostSeconds;
  }
}

/** A bar on stderr, with what is being soaked beside it. */
export function openBar(what: string, total: number): SingleBar {
  const format = `soaking {bar} {value}/{total} ${what}, {setup}`;
  const bar = new SingleBar(
    { format, stream: process.stderr, noTTYOutput: true, notTTYSchedule: 15_000 },
    Presets.shades_classic,
  );
  bar.start(total, 0, { setup: '' });
  return bar;
}

/** Says that time ran out, where it did. */
export function cutShort(done: number, wanted: number, what: string): string {
  return done < wanted ? `stopped by --minutes before ${wanted} ${what}: ` : '';
}
