/** The part of WebAssembly that is used here: Node has it, its types for version 20 leave it out. */
declare namespace WebAssembly {
  class Memory<Shared extends boolean = true> {
    /** Sizes are in units of 64 KiB. */
    constructor(descriptor: { initial: number; maximum: number; shared: Shared });
    readonly buffer: Shared extends true ? SharedArrayBuffer : ArrayBuffer;
  }
  class Module {
    constructor(bytes: Uint8Array);
  }
  class Instance {
    constructor(module: Module, imports: { env: { memory: Memory<boolean> } });
    readonly exports: Readonly<Record<string, unknown>>;
  }
}
