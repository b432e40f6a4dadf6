import { Presets, SingleBar } from 'cli-progress';
import type { Progress } from '../../measure/run.js';

/** The progress of a run on stderr: a bar on a terminal, a line now and then elsewhere. */
export class ProgressBar {
  readonly #bar = new SingleBar(
    {
      format: 'measuring {bar} {value}/{total} rounds, {left} left',
      stream: process.stderr,
      hideCursor: true,
      noTTYOutput: true,
      notTTYSchedule: 15_000,
    },
    Presets.shades_classic,
  );
  #started = false;

  show({ done, total, secondsLeft }: Progress): void {
    const left = formatSeconds(secondsLeft);
    if (this.#started) this.#bar.update(done, { left });
    else this.#bar.start(total, done, { left });
    this.#started = true;
  }

  stop(): void {
    if (this.#started) this.#bar.stop();
  }
}

/** `45 s`, `3 min 20 s`. */
export function formatSeconds(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}
