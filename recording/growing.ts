/** A list of unsigned 32-bit numbers, which grows as they are added. */
export class Growing {
  #values = new Uint32Array(1024);
  length = 0;

  add(value: number): void {
    if (this.length === this.#values.length) {
      const larger = new Uint32Array(2 * this.length);
      larger.set(this.#values);
      this.#values = larger;
    }
    this.#values[this.length++] = value;
  }

  at(index: number): number {
    return this.#values[index] as number;
  }

  put(index: number, value: number): void {
    this.#values[index] = value;
  }

  /** A copy of them. */
  get values(): Uint32Array<ArrayBuffer> {
    return this.#values.slice(0, this.length);
  }

  truncate(length: number): void {
    this.length = length;
  }
}
