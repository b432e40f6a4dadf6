import { ownThread, signalThread } from '../kernel/foreign-faults.js';
import { libc } from '../kernel/libc.js';

/** Words that the recording thread shares with the thread that started it. */
const word = { stop: 0, tick: 1, thread: 2, epochs: 3, pages: 4, stops: 5 } as const;

/** How far a recording is. */
export interface RecordingProgress {
  readonly epochs: number;
  readonly pages: number;
  /** Times that a thread of the program stood still for the recording. */
  readonly stops: number;
}

/** The signal that ends a wait of the recording thread; nothing else here uses it. */
const nudgeSignal = 'SIGUSR2';
const nudgeNumber = 12;
/** A signal that comes just before a wait is lost: it is sent again until it is noticed. */
const nudgeEveryMs = 2;

/** The words of one recording, seen from both sides. */
export class Control {
  readonly words: Int32Array<SharedArrayBuffer>;

  constructor(words = new Int32Array(new SharedArrayBuffer(4 * Object.keys(word).length))) {
    this.words = words;
  }

  /** Says which thread is to be nudged: the calling one. */
  enter(): void {
    Atomics.store(this.words, word.thread, ownThread());
  }

  /** No nudges from here on. */
  leave(): void {
    Atomics.store(this.words, word.thread, 0);
  }

  get stopAsked(): boolean {
    return Atomics.load(this.words, word.stop) !== 0;
  }

  /** Whether an interval is over; then it is over once. */
  takeTick(): boolean {
    return Atomics.exchange(this.words, word.tick, 0) !== 0;
  }

  show({ epochs, pages, stops }: RecordingProgress): void {
    Atomics.store(this.words, word.epochs, epochs);
    Atomics.store(this.words, word.pages, pages);
    Atomics.store(this.words, word.stops, stops);
  }

  get progress(): RecordingProgress {
    const of = (index: number) => Atomics.load(this.words, index);
    return { epochs: of(word.epochs), pages: of(word.pages), stops: of(word.stops) };
  }

  askStop(): void {
    Atomics.store(this.words, word.stop, 1);
  }

  askTick(): void {
    Atomics.store(this.words, word.tick, 1);
  }

  /** Ends a wait of the recording thread, if it has not noticed by itself what it was asked. It may have ended meanwhile. */
  nudge(): void {
    const thread = Atomics.load(this.words, word.thread);
    if (thread !== 0 && (this.stopAsked || Atomics.load(this.words, word.tick) !== 0))
      signalThread(thread, nudgeNumber);
  }
}

/** Nudges the recording thread while there is something it should notice, until the returned function is called. */
export function keepNudging(control: Control): () => void {
  const ignore = () => {};
  process.on(nudgeSignal, ignore);
  // Otherwise the kernel would go on with the wait after the signal.
  libc().siginterrupt(nudgeNumber, 1);
  const timer = setInterval(() => control.nudge(), nudgeEveryMs);
  return () => {
    clearInterval(timer);
    process.off(nudgeSignal, ignore);
  };
}
