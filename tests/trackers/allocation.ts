const kinds = ['ArrayBuffer', 'SharedArrayBuffer', 'Uint8Array', 'Int32Array', 'Uint32Array', 'Float64Array'] as const;

/**
 * Bytes of all buffers and typed arrays that `create` allocates. A view of a buffer counts nothing. It watches the
 * constructors: what the process reports leaves out the smallest arrays, which live on V8's heap.
 */
export function allocatedBytes(create: () => unknown): number {
  let bytes = 0;
  const real = kinds.map((kind) => Reflect.getOwnPropertyDescriptor(globalThis, kind));
  for (const kind of kinds) {
    const watched = new Proxy(globalThis[kind], {
      construct(target, args, newTarget) {
        const made: ArrayBufferView | ArrayBuffer = Reflect.construct(target, args, newTarget);
        if (typeof args[0] === 'number') bytes += made.byteLength;
        return made;
      },
    });
    Object.defineProperty(globalThis, kind, { value: watched, configurable: true, writable: true });
  }
  try {
    create();
  } finally {
    kinds.forEach((kind, index) => {
      const descriptor = real[index];
      if (descriptor !== undefined) Object.defineProperty(globalThis, kind, descriptor);
    });
  }
  return bytes;
}
