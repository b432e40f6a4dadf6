import type { z } from 'zod';
import { noLines, readLines, refuseForeign, refuseOtherRun, type SameRun, type WholeLines } from './lines.js';
import { isStream, openWriter, type Writer } from './stream.js';

/** A kind of file: a header, then a line for each record. */
export interface RecordFormat<H, Held extends { readonly header: H }> {
  readonly header: z.ZodType<H>;
  /** Which fields of the header a run must have in common with the one that it goes on with. */
  readonly same: SameRun<H>;
  /**
   * What the lines of such a file hold; null where not even the header is finished.
   * @throws ResultsError if a line is not what it should be.
   */
  read(lines: WholeLines, path: string): Held | null;
}

/** A results file open for appending: each record is on disk before `append` returns. It may be a stream, which holds nothing. */
export class RecordFile<R, H, Held extends { readonly header: H }> {
  /** What the file held when it was opened, its header at the least. */
  readonly held: Held;
  readonly #writer: Writer;
  readonly #appended: R[] = [];

  /**
   * Opens the file, or makes it with this header. What is finished in it is kept; a torn last line is cut off.
   * @throws ResultsError if the file cannot be written, was started with another header or is no results file.
   */
  constructor(path: string, format: RecordFormat<H, Held>, header: H) {
    // Before it is read, so that nobody else writes it from then on. Nothing of it is cut off before it is known to be this run's.
    this.#writer = openWriter(path);
    try {
      this.held = this.#begin(path, format, header);
    } catch (error) {
      this.#writer.close();
      throw error;
    }
  }

  #begin(path: string, format: RecordFormat<H, Held>, header: H): Held {
    const lines = isStream(path) ? noLines : readLines(path);
    refuseForeign(path, lines);
    const before = format.read(lines, path);
    // Parsed as the file's was, so that keys are in the same order: the two are compared as JSON text.
    if (before !== null) refuseOtherRun(path, before.header, format.header.parse(header), format.same);
    this.#writer.keep(lines.bytes);
    if (before !== null) return before;
    this.#writer.append(header);
    const begun = format.read({ ...noLines, lines: [JSON.stringify(header)] }, path);
    if (begun === null) throw new Error(`the header of ${path} is not read as one`);
    return begun;
  }

  append(record: R): void {
    this.#writer.append(record);
    this.#appended.push(record);
  }

  /** What was appended since it was opened. */
  protected get appended(): readonly R[] {
    return this.#appended;
  }

  close(): void {
    this.#writer.close();
  }
}
