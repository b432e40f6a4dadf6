import { closeSync, constants, openSync, writeSync } from 'node:fs';
import { isCode } from './errno.js';
import { LineWriter, lookAt, ResultsError } from './lines.js';

/**
 * Paths of the standard streams; `-` is the input where it is read, and the output where it is written. They are streams even where the
 * shell has put a file in their place.
 */
const standardStreams = ['-', '/dev/stdin', '/dev/stdout'];

/**
 * Whether a path is that of a stream, which is written once and never read back: `-`, a pipe, a device.
 * @throws ResultsError if the file system does not say.
 */
export function isStream(path: string): boolean {
  if (standardStreams.includes(path)) return true;
  const there = lookAt(path);
  return there !== undefined && !there.isFile() && !there.isDirectory();
}

/** What the lines of a results file are written to. */
export interface Writer {
  /** Keeps the first `bytes` bytes of what is in it, and cuts off the rest. */
  keep(bytes: number): void;
  /** Writes a line. @throws ResultsError if it cannot. */
  append(line: unknown): void;
  close(): void;
}

/** Opens a results file for appending, or a stream. @throws ResultsError if it cannot be written. */
export function openWriter(path: string): Writer {
  return isStream(path) ? new StreamWriter(path) : new LineWriter(path);
}

const standardOutput = 1;
/** How long to wait until a reader has made room, in milliseconds. */
const pauseMs = 5;

class StreamWriter implements Writer {
  readonly #path: string;
  readonly #descriptor: number;

  constructor(path: string) {
    this.#path = path;
    try {
      this.#descriptor = open(path);
    } catch (error) {
      throw new ResultsError(`cannot write to '${path}': ${reason(error)}`);
    }
  }

  /** A stream holds nothing. */
  keep(): void {}

  append(line: unknown): void {
    const bytes = Buffer.from(`${JSON.stringify(line)}\n`);
    for (let written = 0; written < bytes.length; ) written += this.#write(bytes.subarray(written));
  }

  close(): void {
    if (this.#descriptor !== standardOutput) closeSync(this.#descriptor);
  }

  #write(bytes: Buffer): number {
    try {
      return writeSync(this.#descriptor, bytes);
    } catch (error) {
      if (!isCode(error, 'EAGAIN')) throw new ResultsError(`cannot write to '${this.#path}': ${reason(error)}`);
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pauseMs);
      return 0;
    }
  }
}

/**
 * Standard output is taken as it is: a file that it goes to would be written from its beginning if it were opened anew. Without
 * O_NONBLOCK, a pipe that nobody reads would be waited for; with it, opening fails at once, and a full pipe fails a write with EAGAIN.
 * @throws what the file system says.
 */
function open(path: string): number {
  if (standardStreams.includes(path)) return standardOutput;
  return openSync(path, constants.O_WRONLY | constants.O_NONBLOCK);
}

function reason(error: unknown): string {
  if (isCode(error, 'ENXIO')) return 'nobody reads it: start its reader first';
  if (isCode(error, 'EPIPE')) return 'its reader has ended';
  return error instanceof Error ? error.message : String(error);
}
