import type { Readable } from 'node:stream';
import type { EpochList } from './epochs.js';
import { type LineSink, LineSplitter } from './lines.js';
import type { Run } from './numbering.js';
import type { ProgramName } from './tracefile.js';

/** Epochs that came as text. */
export interface ReadEpochs {
  readonly epochs: EpochList;
  /** Stores of each epoch; null where the text does not say. */
  readonly stores: Uint32Array<ArrayBuffer> | null;
  /** Pages that were touched, in any order; those of the epochs may be among them or not. */
  readonly present: readonly Run[];
  /** What was recorded; null where the text does not say. */
  readonly name: ProgramName | null;
}

/** How much of what is read is kept. */
export interface ReadLimits {
  /** Epochs to keep; null for all. */
  readonly epochs: number | null;
  /** Epochs to leave out first. */
  readonly skipEpochs: number;
  /** Epochs that begin within so many milliseconds from when the reader is made are left out too; at least one is, unless this is 0. */
  readonly skipMs: number;
}

/** Makes epochs of lines. */
export interface EpochReader {
  /** Called without `this`, and also when `done` is true already. */
  readonly line: LineSink;
  /** Whether all that was asked for is there, or all that a trace can hold: further lines change nothing. */
  readonly done: boolean;
  /** What was read. To be called once, after the last line. */
  finish(): ReadEpochs;
}

/**
 * Reads a stream to its end, or until the reader has enough; no more of it than a piece is in memory at a time.
 * @throws RecordingError naming file and line if a line is none of the format, and what the stream throws.
 */
export async function readEpochs(stream: Readable, file: string, reader: EpochReader): Promise<ReadEpochs> {
  const lines = new LineSplitter(file, reader.line);
  for await (const chunk of stream) {
    lines.push(chunk);
    if (reader.done) break;
  }
  if (!reader.done) lines.end();
  return reader.finish();
}
