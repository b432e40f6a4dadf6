/** What a tracker shares with the threads that mark in it: plain data and shared memory, as a thread can be sent it. */
export type Sharing =
  | { readonly scheme: 'null' }
  | ({ readonly scheme: 'atomic-bitmap' } & SharedBitmap)
  | ({ readonly scheme: 'atomic-flag-queue' } & SharedQueue)
  | ({ readonly scheme: 'per-vcpu-rings' } & SharedRings);

/** What the vCPUs share: a bit a page, the first page of a word in its highest bit. */
export interface SharedBitmap {
  readonly words: Int32Array<SharedArrayBuffer>;
}

/** What the vCPUs of an AtomicFlagQueue share. */
export interface SharedQueue {
  /** One word: the next ticket, modulo 2^32. */
  readonly tickets: Int32Array<SharedArrayBuffer>;
  /** Page numbers + 1, and 0 in an empty slot; a power of two of them. */
  readonly slots: Int32Array<SharedArrayBuffer>;
  readonly flags: Uint8Array<SharedArrayBuffer>;
}

/** What the vCPUs of PerVcpuRings share. */
export interface SharedRings {
  /** A byte a page: its protection is off, and it is in a ring. */
  readonly written: Uint8Array<SharedArrayBuffer>;
  /** For each vCPU, how many entries were ever made and ever taken, modulo 2^32; `counter` in concurrent/per-vcpu-rings.ts says where. */
  readonly counters: Int32Array<SharedArrayBuffer>;
  readonly rings: readonly Int32Array<SharedArrayBuffer>[];
}
