import { basename } from 'node:path';
import { pageBytes } from '../base/size.js';
import type { RecordingProgress } from './control.js';
import { Growing } from './growing.js';
import { LackeyCalls } from './lackey-calls.js';
import { LimitedLog } from './limited.js';
import { badLine, type LineSink, quotedLine } from './lines.js';
import type { Run } from './numbering.js';
import type { EpochReader, ReadEpochs, ReadLimits } from './reader.js';
import type { EpochRule } from './rule.js';
import type { ProgramName } from './tracefile.js';

const space = 0x20;
const comma = 0x2c;
const letter = { S: 0x53, L: 0x4c, M: 0x4d, I: 0x49 } as const;

/** The value of each byte as a hexadecimal digit; -1 for what is none. */
const digits = Int8Array.from({ length: 256 }, (_, byte) => '0123456789abcdef'.indexOf(String.fromCharCode(byte)));

/** Hexadecimal digits of an address within its page; and the most of an address, 52 bits, which a number still holds exactly. */
const withinDigits = 3;
const mostDigits = 13;

/** Slots of what was met last; a power of two. */
const slots = 1024;

/** Most pages that are remembered as touched: 64 GiB. */
const mostTouched = 2 ** 24;

/**
 * Reads what valgrind's lackey prints with --trace-mem=yes and --trace-syscalls=yes. There are a hundred million lines for a
 * few seconds of a program: those of accesses are read from their bytes, and most are of a page that was met just before.
 */
export class LackeyReader implements EpochReader {
  readonly #file: string;
  readonly #log: LimitedLog;
  readonly #stores = new Growing();
  readonly #calls: LackeyCalls;
  readonly #touched = new Set<number>();
  readonly #lastTouched = new Float64Array(slots).fill(-1);
  readonly #lastWritten = new Float64Array(slots).fill(-1);
  #made = 0;
  #name: ProgramName | null = null;

  constructor(file: string, rule: EpochRule, limits: ReadLimits) {
    this.#file = file;
    this.#log = new LimitedLog(limits);
    this.#calls = new LackeyCalls(rule, (address, bytes) => {
      const first = Math.floor(address / pageBytes);
      const end = Math.ceil((address + bytes) / pageBytes);
      for (let page = first; page < end; page++) this.#write(page);
      // A store for each page, or more pages were written than stores made.
      this.#made += end - first;
    });
  }

  get done(): boolean {
    return this.#log.full;
  }

  /** How far it is. */
  get progress(): RecordingProgress {
    return { epochs: this.#log.epochs, pages: this.#log.written, stops: 0 };
  }

  /** @throws RecordingError if lackey prints no such line. */
  readonly line: LineSink = (bytes, start, end, line) => {
    if (this.done) return;
    const first = bytes[start];
    const second = bytes[start + 1];
    let read = true;
    if (first === letter.I && second === space) read = this.#access(bytes, start + 3, end, false);
    else if (first === space && second === letter.L) read = this.#access(bytes, start + 3, end, false);
    else if (first === space && (second === letter.S || second === letter.M)) {
      read = this.#access(bytes, start + 3, end, true);
    } else if (start !== end) this.#other(bytes, start, end, line);
    if (!read) this.#refuse(bytes, start, end, line);
  };

  finish(): ReadEpochs {
    return {
      epochs: this.#log.list(),
      stores: this.#stores.values,
      present: Array.from(this.#touched, (page): Run => [page, page + 1]),
      name: this.#name,
    };
  }

  /** An access, `ADDRESS,BYTES` in these bytes; false if they are not that. */
  #access(bytes: Uint8Array, start: number, end: number, written: boolean): boolean {
    let cut = end - 1;
    while (cut > start && bytes[cut] !== comma) cut--;
    if (cut - start <= withinDigits || cut - start > mostDigits || cut === end - 1) return false;
    let page = 0;
    for (let at = start; at < cut - withinDigits; at++) {
      const digit = digits[bytes[at] as number] as number;
      if (digit < 0) return false;
      page = 16 * page + digit;
    }
    let within = 0;
    for (let at = cut - withinDigits; at < cut; at++) {
      const digit = digits[bytes[at] as number] as number;
      if (digit < 0) return false;
      within = 16 * within + digit;
    }
    let size = 0;
    for (let at = cut + 1; at < end; at++) {
      const digit = digits[bytes[at] as number] as number;
      if (digit < 0 || digit > 9) return false;
      size = 10 * size + digit;
    }
    if (size === 0 || size > pageBytes) return false;
    this.#touch(page);
    if (written) {
      this.#made++;
      this.#write(page);
    }
    if (within + size > pageBytes) {
      this.#touch(page + 1);
      if (written) this.#write(page + 1);
    }
    // A store across a boundary writes two pages.
    if (written && within + size > pageBytes) this.#made++;
    return true;
  }

  #touch(page: number): void {
    const slot = page & (slots - 1);
    if (this.#lastTouched[slot] === page) return;
    this.#lastTouched[slot] = page;
    // Beyond that a Set has no room: such a page is in the trace if it is written.
    if (this.#touched.size < mostTouched) this.#touched.add(page);
  }

  #write(page: number): void {
    const slot = page & (slots - 1);
    if (this.#lastWritten[slot] === page) return;
    this.#lastWritten[slot] = page;
    this.#log.add(page);
  }

  #other(bytes: Uint8Array, start: number, end: number, line: number): void {
    const text = Buffer.from(bytes.slice(start, end)).toString('latin1');
    if (text.startsWith('SYSCALL[')) {
      const ends = this.#calls.line(text);
      if (typeof ends === 'string') badLine(this.#file, line, ends);
      if (ends) this.#end();
      return;
    }
    const command = /^==\d+== Command: (.+)$/.exec(text)?.[1];
    if (command !== undefined) this.#name ??= { program: basename(command.split(' ')[0] ?? ''), command };
    // Valgrind's own words, and the result of a call that is unknown to it.
    if (/^(==|--|\*\*)\d+(==|--|\*\*)/.test(text) || text.startsWith(' --> ')) return;
    this.#refuse(bytes, start, end, line);
  }

  #refuse(bytes: Uint8Array, start: number, end: number, line: number): never {
    const found = quotedLine(bytes, start, end);
    badLine(
      this.#file,
      line,
      `lackey prints no ${found}: keep the program's output apart with valgrind --log-file=FILE`,
    );
  }

  #end(): void {
    if (this.#log.end()) this.#stores.add(this.#made);
    this.#made = 0;
    this.#lastWritten.fill(-1);
  }
}
