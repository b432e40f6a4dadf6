import { crc32 } from '@node-rs/crc32';
import { type FrameHeader, type FrameType, headerBytes, readHeader, WireError } from './wire.js';

/** The receiver of one connection's frames. */
export interface FrameReceiver {
  /**
   * Whether a frame of this type may come now; asked when its header is there, before memory is taken for its body.
   */
  expects(type: FrameType): boolean;
  /** A whole frame whose checksum holds. The body is only valid during the call. */
  frame(type: FrameType, body: Buffer): void;
}

/**
 * Cuts a stream of bytes, in whatever pieces they come, into checked frames. Memory taken is one frame's, and no more
 * than its type allows. The checksum of a long body is computed piece by piece, while the rest is still on its way.
 */
export class FrameReader {
  /** The receiver of the next frame; may be replaced at any time. */
  receiver: FrameReceiver;
  readonly #header = Buffer.alloc(headerBytes);
  #headerFilled = 0;
  #awaited: FrameHeader | null = null;
  #body = Buffer.alloc(0);
  #bodyFilled = 0;
  #crc = 0;

  constructor(receiver: FrameReceiver) {
    this.receiver = receiver;
  }

  /** Whether a frame has begun and not ended: an end of the stream now tears it. */
  get insideFrame(): boolean {
    return this.#headerFilled > 0 || this.#awaited !== null;
  }

  /**
   * Takes the next bytes of the stream and hands on what they complete.
   * @throws WireError if they are not frames, are damaged, or are not expected now.
   */
  push(chunk: Buffer): void {
    let offset = 0;
    while (offset < chunk.length) {
      offset = this.#awaited === null ? this.#takeHeader(chunk, offset) : this.#takeBody(chunk, offset, this.#awaited);
    }
  }

  #takeHeader(chunk: Buffer, offset: number): number {
    const taken = chunk.copy(this.#header, this.#headerFilled, offset);
    this.#headerFilled += taken;
    if (this.#headerFilled === headerBytes) {
      // One that is refused is over, too.
      this.#headerFilled = 0;
      const header = readHeader(this.#header, 0);
      if (!this.receiver.expects(header.type)) throw new WireError(`a frame '${header.type}' is not expected now`);
      this.#awaited = header;
      this.#bodyFilled = 0;
      this.#crc = 0;
      if (header.bodyBytes === 0) this.#deliver(header, this.#header.subarray(0, 0));
    }
    return offset + taken;
  }

  #takeBody(chunk: Buffer, offset: number, header: FrameHeader): number {
    const wanted = header.bodyBytes - this.#bodyFilled;
    const taken = Math.min(wanted, chunk.length - offset);
    const piece = chunk.subarray(offset, offset + taken);
    this.#crc = crc32(piece, this.#crc);
    if (taken === header.bodyBytes) {
      this.#deliver(header, piece);
      return offset + taken;
    }
    if (this.#body.length < header.bodyBytes) this.#body = Buffer.allocUnsafe(header.bodyBytes);
    piece.copy(this.#body, this.#bodyFilled);
    this.#bodyFilled += taken;
    if (this.#bodyFilled === header.bodyBytes) this.#deliver(header, this.#body.subarray(0, header.bodyBytes));
    return offset + taken;
  }

  #deliver(header: FrameHeader, body: Buffer): void {
    this.#awaited = null;
    if (this.#crc !== header.bodyCrc)
      throw new WireError(`a frame '${header.type}' is damaged: its checksum does not hold`);
    this.receiver.frame(header.type, body);
  }
}
