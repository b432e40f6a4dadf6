import { pageBytes } from '../results/size.js';
import { BufferPool } from './pool.js';
import { headerBytes, mostPagesPerFrame, mostStateBytes, sealFrame, WireError } from './wire.js';

/**
 * Bodies of the frames that carry memory.
 *
 * `epoch`, one part of an epoch:                      `fill`, pages sent ahead of the first epoch: the same, with
 *     offset  bytes                                   epoch 0, part 0 of 1 and no state
 *          0      8  number of the epoch, from 1
 *          8      4  number of this part, from 0
 *         12      4  parts of the epoch
 *         16      4  pages in this part
 *         20      4  encoding of the pages: 0, as they are
 *         24      4  bytes of vCPU state: in the last part, 0 in the others
 *         28      4  0
 *         32         vCPU state, then page numbers (4 bytes each), then the pages in that order
 *
 * `ack`, by the standby, once all parts are there and their checksums hold:
 *          0      8  number of the epoch
 *          8      8  when the last byte had arrived, and
 *         16      8  when the ack left: nanoseconds of the standby's monotonic clock (IEEE doubles)
 */
const bodyHeaderBytes = 32;
const rawEncoding = 0;

/** What an epoch is made of, as the guest gives it. */
export interface EpochSource {
  /** Bytes of vCPU state; the same for every epoch of a guest. */
  readonly stateBytes: number;
  read(page: number, target: Buffer, offset: number): void;
  readState(target: Buffer, offset: number): void;
}

interface PartHeader {
  readonly epoch: number;
  readonly part: number;
  readonly parts: number;
  readonly stateBytes: number;
}

/** One part of an epoch as it arrived: views into its frame, valid as long as that is. */
export interface EpochPart {
  readonly epoch: number;
  readonly part: number;
  readonly parts: number;
  readonly count: number;
  readonly state: Buffer;
  /** Page numbers, `count` of them, 4 bytes each. */
  readonly numbers: Buffer;
  /** The pages, in the order of the numbers. */
  readonly contents: Buffer;
}

/** The number of the page that stands at `index` in a part. */
export function pageNumber(part: EpochPart, index: number): number {
  return part.numbers.readUInt32LE(index * 4);
}

/** Writes epochs into frames. Where frames are given back in time, nothing is allocated. */
export class EpochWriter {
  readonly #source: EpochSource;
  readonly #pool = new BufferPool();

  constructor(source: EpochSource) {
    this.#source = source;
  }

  /**
   * The frames of an epoch, one after the other in one buffer: the first `count` of `pages`, and the vCPU state. The
   * caller has them until it calls `reuse`.
   */
  epoch(epoch: number, pages: Uint32Array, count: number): Buffer {
    const parts = Math.max(1, Math.ceil(count / mostPagesPerFrame));
    const total = parts * (headerBytes + bodyHeaderBytes) + this.#source.stateBytes + count * (4 + pageBytes);
    const buffer = this.#pool.take(total);
    let offset = 0;
    for (let part = 0; part < parts; part++) {
      const first = part * mostPagesPerFrame;
      const some = pages.subarray(first, Math.min(count, first + mostPagesPerFrame));
      const stateBytes = part === parts - 1 ? this.#source.stateBytes : 0;
      offset += this.#part(buffer, offset, 'epoch', { epoch, part, parts, stateBytes }, some);
    }
    return buffer.subarray(0, total);
  }

  /** A frame of pages ahead of the first epoch, to be given to `reuse` too; `count` is at most `mostPagesPerFrame`. */
  fill(pages: Uint32Array, count: number): Buffer {
    const total = headerBytes + bodyHeaderBytes + count * (4 + pageBytes);
    const buffer = this.#pool.take(total);
    this.#part(buffer, 0, 'fill', { epoch: 0, part: 0, parts: 1, stateBytes: 0 }, pages.subarray(0, count));
    return buffer.subarray(0, total);
  }

  /** Takes frames back: they have been sent, and are not read any more. */
  reuse(frames: Buffer): void {
    this.#pool.give(frames);
  }

  /** Writes one frame at `start` of the buffer; returns its length. */
  #part(buffer: Buffer, start: number, type: 'epoch' | 'fill', header: PartHeader, pages: Uint32Array): number {
    const source = this.#source;
    const { epoch, part, parts, stateBytes } = header;
    const body = start + headerBytes;
    const numbers = body + bodyHeaderBytes + stateBytes;
    const contents = numbers + pages.length * 4;
    const end = contents + pages.length * pageBytes;
    buffer.writeBigUInt64LE(BigInt(epoch), body);
    buffer.writeUInt32LE(part, body + 8);
    buffer.writeUInt32LE(parts, body + 12);
    buffer.writeUInt32LE(pages.length, body + 16);
    buffer.writeUInt32LE(rawEncoding, body + 20);
    buffer.writeUInt32LE(stateBytes, body + 24);
    buffer.writeUInt32LE(0, body + 28);
    if (stateBytes > 0) source.readState(buffer, body + bodyHeaderBytes);
    for (let i = 0; i < pages.length; i++) {
      const page = pages[i] as number;
      buffer.writeUInt32LE(page, numbers + i * 4);
      source.read(page, buffer, contents + i * pageBytes);
    }
    sealFrame(buffer.subarray(start, end), type);
    return end - start;
  }
}

/**
 * Reads the body of an `epoch` or `fill` frame.
 * @throws WireError if it contradicts itself.
 */
export function readPart(body: Buffer): EpochPart {
  if (body.length < bodyHeaderBytes) throw new WireError(`an epoch of ${body.length} bytes: too short for its header`);
  const count = body.readUInt32LE(16);
  const encoding = body.readUInt32LE(20);
  const stateBytes = body.readUInt32LE(24);
  if (encoding !== rawEncoding) throw new WireError(`an epoch with pages in encoding ${encoding}: only 0 is known`);
  const length = bodyHeaderBytes + stateBytes + count * (4 + pageBytes);
  if (length !== body.length || count > mostPagesPerFrame || stateBytes > mostStateBytes) {
    throw new WireError(`an epoch of ${body.length} bytes says it has ${count} pages and ${stateBytes} bytes of state`);
  }
  const epoch = Number(body.readBigUInt64LE(0));
  if (!Number.isSafeInteger(epoch)) throw new WireError(`an epoch with the number ${body.readBigUInt64LE(0)}`);
  const numbers = bodyHeaderBytes + stateBytes;
  const contents = numbers + count * 4;
  return {
    epoch,
    part: body.readUInt32LE(8),
    parts: body.readUInt32LE(12),
    count,
    state: body.subarray(bodyHeaderBytes, numbers),
    numbers: body.subarray(numbers, contents),
    contents: body.subarray(contents),
  };
}

/** An acknowledgement, and when the standby says it was under way. */
export interface Ack {
  readonly epoch: number;
  readonly arrivedNs: number;
  readonly leftNs: number;
}

export const ackBytes = 24;

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
