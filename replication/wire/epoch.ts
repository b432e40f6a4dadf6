import { pageBytes } from '../../base/size.js';
import { Differences, type EncodedDifferences } from './differences.js';
import { contentsCode, type EncodingName } from './encoding.js';
import { BufferPool } from './pool.js';
import { headerBytes, mostPagesPerFrame, sealFrame, WireError } from './wire.js';

/*
 * Bodies of the frames that carry memory.
 *
 * `epoch`, one part of an epoch:                      `bulk`, pages sent ahead of the first epoch: the same, with
 *     offset  bytes                                   epoch 0, part 0 of 1 and no state
 *          0      8  number of the epoch, from 1
 *          8      4  number of this part, from 0
 *         12      4  parts of the epoch
 *         16      4  pages in this part
 *         20      4  encoding of the pages: 0, as they are; 1 and 2, differences (differences.ts)
 *         24      4  bytes of vCPU state: in the last part, 0 in the others
 *         28      4  0
 *         32         vCPU state, then page numbers (4 bytes each), then the pages in that order, as encoded
 *
 * `ack`, by the standby, once all parts are there and their checksums hold:
 *          0      8  number of the epoch
 *          8      8  when the last byte had arrived, and
 *         16      8  when the ack left: nanoseconds of the standby's monotonic clock (IEEE doubles)
 */

/** Bytes of the body of an `epoch` or `bulk` before the vCPU state. */
export const bodyHeaderBytes = 32;

/** What an epoch is made of, as the guest gives it. */
export interface EpochSource {
  readonly memoryBytes: number;
  /** Bytes of vCPU state; the same for every epoch of a guest. */
  readonly stateBytes: number;
  /** Copies a page into `target`, from `offset` on. */
  read(page: number, target: Buffer, offset: number): void;
  /** Copies the vCPU state into `target`, from `offset` on. */
  readState(target: Buffer, offset: number): void;
}

/** A frame that is to be written. */
interface Draft {
  readonly type: 'epoch' | 'bulk';
  readonly epoch: number;
  readonly part: number;
  readonly parts: number;
  readonly pages: Uint32Array;
  readonly stateBytes: number;
  /** What stands for the pages; null: they themselves. */
  readonly differences: EncodedDifferences | null;
}

/**
 * Writes the epochs of one standby into frames. Where frames are given back in time, nothing is allocated for whole
 * pages.
 */
export class EpochWriter {
  readonly #source: EpochSource;
  readonly #differences: Differences | null;
  readonly #pool = new BufferPool();

  constructor(source: EpochSource, encoding: EncodingName) {
    this.#source = source;
    this.#differences = encoding === 'xor' ? new Differences(source) : null;
  }

  /**
   * The frames of an epoch, one after the other in one buffer: the first `count` of `pages`, and the vCPU state. The
   * caller has them until it calls `reuse`.
   */
  epoch(epoch: number, pages: Uint32Array, count: number): Buffer {
    return this.whole(this.parts(epoch, pages, count, mostPagesPerFrame));
  }

  /** An epoch's frames one by one, of at most so many pages each: views of the buffer that `whole` gives. */
  parts(epoch: number, pages: Uint32Array, count: number, pagesPerPart: number): Buffer[] {
    const parts = Math.max(1, Math.ceil(count / pagesPerPart));
    const drafts: Draft[] = [];
    for (let part = 0; part < parts; part++) {
      const first = part * pagesPerPart;
      const some = pages.subarray(first, Math.min(count, first + pagesPerPart));
      const stateBytes = part === parts - 1 ? this.#source.stateBytes : 0;
      drafts.push({ type: 'epoch', epoch, part, parts, pages: some, stateBytes, differences: this.#encode(some) });
    }
    return this.#write(drafts);
  }

  /** All of an epoch's frames, to be given to `reuse`. */
  whole(parts: readonly Buffer[]): Buffer {
    const [first, last] = [parts[0] as Buffer, parts.at(-1) as Buffer];
    return Buffer.from(first.buffer, first.byteOffset, last.byteOffset + last.length - first.byteOffset);
  }

  /** A frame of pages ahead of the first epoch, to be given to `reuse` too; `count` is at most `mostPagesPerFrame`. */
  bulk(pages: Uint32Array, count: number): Buffer {
    const some = pages.subarray(0, count);
    const differences = this.#encode(some);
    return this.whole(
      this.#write([{ type: 'bulk', epoch: 0, part: 0, parts: 1, pages: some, stateBytes: 0, differences }]),
    );
  }

  /** Takes frames back: they have been sent, and are not read any more. */
  reuse(frames: Buffer): void {
    this.#pool.give(frames);
  }

  #encode(pages: Uint32Array): EncodedDifferences | null {
    return this.#differences?.encode(pages) ?? null;
  }

  #write(drafts: readonly Draft[]): Buffer[] {
    const total = drafts.reduce((sum, draft) => sum + frameBytes(draft), 0);
    const frames = this.#pool.take(total);
    let offset = 0;
    return drafts.map((draft) => {
      const frame = frames.subarray(offset, offset + frameBytes(draft));
      offset += frame.length;
      this.#writeFrame(frame, draft);
      return frame;
    });
  }

  #writeFrame(frame: Buffer, { type, epoch, part, parts, pages, stateBytes, differences }: Draft): void {
    const source = this.#source;
    const body = headerBytes;
    const numbers = body + bodyHeaderBytes + stateBytes;
    const contents = numbers + pages.length * 4;
    frame.writeBigUInt64LE(BigInt(epoch), body);
    frame.writeUInt32LE(part, body + 8);
    frame.writeUInt32LE(parts, body + 12);
    frame.writeUInt32LE(pages.length, body + 16);
    frame.writeUInt32LE(differences?.code ?? contentsCode.pages, body + 20);
    frame.writeUInt32LE(stateBytes, body + 24);
    frame.writeUInt32LE(0, body + 28);
    if (stateBytes > 0) source.readState(frame, body + bodyHeaderBytes);
    for (let i = 0; i < pages.length; i++) frame.writeUInt32LE(pages[i] as number, numbers + i * 4);
    if (differences === null) {
      for (let i = 0; i < pages.length; i++) source.read(pages[i] as number, frame, contents + i * pageBytes);
    } else differences.bytes.copy(frame, contents);
    sealFrame(frame, type);
  }
}

/** Bytes of a frame with its header. */
function frameBytes({ stateBytes, pages, differences }: Draft): number {
  const contents = differences === null ? pages.length * pageBytes : differences.bytes.length;
  return headerBytes + bodyHeaderBytes + stateBytes + pages.length * 4 + contents;
}

/** An acknowledgement, and when the standby says it was under way. */
export interface Ack {
  readonly epoch: number;
  readonly arrivedNs: number;
  readonly leftNs: number;
}

/** Bytes of the body of an `ack`. */
export const ackBytes = 24;

/** Writes the body of an `ack` into `body`, from `offset` on. */
export function writeAck(body: Buffer, offset: number, ack: Ack): void {
  body.writeBigUInt64LE(BigInt(ack.epoch), offset);
  body.writeDoubleLE(ack.arrivedNs, offset + 8);
  body.writeDoubleLE(ack.leftNs, offset + 16);
}

/** @throws WireError if the body is not an acknowledgement. */
export function readAck(body: Buffer): Ack {
  if (body.length !== ackBytes) throw new WireError(`an ack of ${body.length} bytes instead of ${ackBytes}`);
  return {
    epoch: Number(body.readBigUInt64LE(0)),
    arrivedNs: body.readDoubleLE(8),
    leftNs: body.readDoubleLE(16),
  };
}
