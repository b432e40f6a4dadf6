/** The part of WebAssembly that is used here: Node has it, its types for version 20 leave it out. */
declare namespace WebAssembly {
  class Memory {
    /** `initial` is in units of 64 KiB. */
    constructor(descriptor: { initial: number });
    readonly buffer: ArrayBuffer;
  }
  class Module {
    constructor(bytes: Uint8Array);
  }
  class Instance {
    constructor(module: Module, imports: { env: { memory: Memory } });
    readonly exports: Readonly<Record<string, unknown>>;
  }
}
