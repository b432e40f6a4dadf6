import { LimitedLog } from './limited.js';
import { badLine, type LineSink, quotedLine } from './lines.js';
import type { EpochReader, ReadEpochs, ReadLimits } from './reader.js';

const comma = 0x2c;
const zero = 0x30;
const space = 0x20;
const carriageReturn = 0x0d;
const hash = 0x23;

/** The first page that no 48-bit address has. */
const endOfPages = 2 ** 36;
/** Epochs that a file may have, those without a row with them. */
const mostEpochs = 2 ** 24;
const titles = /^\W*epoch\W+page\W*$/i;

/**
 * Reads rows of `epoch,page`: whole numbers, epochs in ascending order. An epoch without a row wrote nothing; the first one
 * in the file is the first there is. A first line `epoch,page`, empty lines and those that begin with # are passed over.
 */
export class CsvReader implements EpochReader {
  readonly #file: string;
  readonly #log: LimitedLog;
  #first = -1;
  #epoch = -1;

  constructor(file: string, limits: ReadLimits) {
    this.#file = file;
    this.#log = new LimitedLog(limits);
  }

  get done(): boolean {
    return this.#log.full;
  }

  /** @throws RecordingError if it is no row. */
  readonly line: LineSink = (bytes, start, end, line) => {
    if (this.done) return;
    let last = end;
    while (last > start && (bytes[last - 1] === carriageReturn || bytes[last - 1] === space)) last--;
    if (last === start || bytes[start] === hash) return;
    const cut = bytes.indexOf(comma, start);
    const epoch = cut === -1 || cut >= last ? -1 : wholeNumber(bytes, start, cut);
    const page = epoch === -1 ? -1 : wholeNumber(bytes, cut + 1, last);
    if (page === -1) {
      const row = Buffer.from(bytes.slice(start, last)).toString('latin1');
      if (this.#epoch === -1 && titles.test(row)) return;
      badLine(this.#file, line, `expected epoch,page as whole numbers, found ${quotedLine(bytes, start, last)}`);
    }
    if (page >= endOfPages) badLine(this.#file, line, `page ${page} is beyond 48-bit addresses: give pages of 4 KiB`);
    if (epoch !== this.#epoch) this.#begin(epoch, line);
    if (!this.done) this.#log.add(page);
  };

  finish(): ReadEpochs {
    if (this.#epoch !== -1 && !this.done) this.#log.end();
    return { epochs: this.#log.list(), stores: null, present: [], name: null };
  }

  #begin(epoch: number, line: number): void {
    if (this.#epoch === -1) {
      this.#first = epoch;
    } else {
      if (epoch < this.#epoch) {
        badLine(this.#file, line, `epoch ${epoch} comes after epoch ${this.#epoch}: sort the rows by epoch`);
      }
      if (epoch - this.#first >= mostEpochs) {
        badLine(this.#file, line, `epoch ${epoch} is more than ${mostEpochs} after the first, ${this.#first}`);
      }
      for (let at = this.#epoch; at < epoch && !this.done; at++) this.#log.end();
    }
    this.#epoch = epoch;
  }
}

/** The whole number in these bytes; -1 if they are none. */
function wholeNumber(bytes: Uint8Array, start: number, end: number): number {
  let from = start;
  let to = end;
  while (from < to && bytes[from] === space) from++;
  while (to > from && bytes[to - 1] === space) to--;
  if (from === to || to - from > 15) return -1;
  let value = 0;
  for (let at = from; at < to; at++) {
    const digit = (bytes[at] as number) - zero;
    if (digit < 0 || digit > 9) return -1;
    value = 10 * value + digit;
  }
  return value;
}
