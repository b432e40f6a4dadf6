/** Buffers are made in multiples of this many bytes, so that one fits the next epoch too. */
const step = 65_536;
/** Most bytes that are kept for later. */
const mostKept = 64 * 2 ** 20;

/** Buffers for epochs on their way: one that is given back serves again. */
export class BufferPool {
  readonly #free: Buffer[] = [];
  #kept = 0;

  /** A buffer of at least so many bytes; what it holds is left over from before. */
  take(bytes: number): Buffer {
    const index = this.#free.findLastIndex(({ length }) => length >= bytes);
    const [buffer] = index === -1 ? [] : this.#free.splice(index, 1);
    if (buffer === undefined) return Buffer.allocUnsafeSlow(Math.ceil(bytes / step) * step);
    this.#kept -= buffer.length;
    return buffer;
  }

  /** Takes back a buffer, or any part of it: nobody may read it from now on. */
  give(part: Buffer): void {
    const buffer = Buffer.from(part.buffer);
    if (this.#kept + buffer.length > mostKept) return;
    this.#kept += buffer.length;
    this.#free.push(buffer);
  }
}
