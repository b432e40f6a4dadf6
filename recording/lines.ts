import { RecordingError } from './problem.js';

/**
 * Takes a line: the bytes from `start` on, up to and without `end`; they may be overwritten once the call has returned. Lines are counted
 * from 1.
 */
export type LineSink = (bytes: Uint8Array, start: number, end: number, line: number) => void;

const lineFeed = 0x0a;
/** Longest line, in bytes: no format that is read here has longer ones. */
const longest = 2 ** 20;

/** Cuts a stream of bytes into lines, without making strings of them. */
export class LineSplitter {
  readonly #sink: LineSink;
  readonly #file: string;
  #line = 0;
  /** The beginning of a line whose end has not come yet. */
  #rest = new Uint8Array(0);

  constructor(file: string, sink: LineSink) {
    this.#file = file;
    this.#sink = sink;
  }

  /** @throws RecordingError for a line of more than a mebibyte, and what the sink throws. */
  push(chunk: Uint8Array): void {
    let start = 0;
    if (this.#rest.length > 0) {
      const end = chunk.indexOf(lineFeed);
      this.#rest = joined(this.#rest, chunk.subarray(0, end === -1 ? chunk.length : end));
      this.#checkLength(this.#rest.length);
      if (end === -1) return;
      this.#sink(this.#rest, 0, this.#rest.length, ++this.#line);
      this.#rest = new Uint8Array(0);
      start = end + 1;
    }
    for (let at = start; at < chunk.length; at++) {
      if (chunk[at] !== lineFeed) continue;
      this.#checkLength(at - start);
      this.#sink(chunk, start, at, ++this.#line);
      start = at + 1;
    }
    this.#checkLength(chunk.length - start);
    // Copied, since the chunk may be used again: `slice` of a Buffer is a view.
    if (start < chunk.length) this.#rest = new Uint8Array(chunk.subarray(start));
  }

  /** Passes on a last line without an end. */
  end(): void {
    if (this.#rest.length > 0) this.#sink(this.#rest, 0, this.#rest.length, ++this.#line);
    this.#rest = new Uint8Array(0);
  }

  /** @param bytes how much there is so far of the next line, which may not have its end yet */
  #checkLength(bytes: number): void {
    if (bytes > longest) badLine(this.#file, this.#line + 1, 'the line is longer than 1 MiB');
  }
}

/** @throws RecordingError that names the line. */
export function badLine(file: string, line: number, what: string): never {
  throw new RecordingError(`${file}:${line}: ${what}`);
}

/** A line as it goes into a message: not too long for it. */
export function quotedLine(bytes: Uint8Array, start: number, end: number): string {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('latin1');
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}...` : text);
}

function joined(head: Uint8Array, tail: Uint8Array): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(head.length + tail.length);
  whole.set(head);
  whole.set(tail, head.length);
  return whole;
}
