const watched = [
  [
    globalThis,
    ['ArrayBuffer', 'SharedArrayBuffer', 'Uint8Array', 'Uint16Array', 'Int32Array', 'Uint32Array', 'Float64Array'],
  ],
  [WebAssembly, ['Memory']],
] as const;

/**
 * Bytes of all buffers, typed arrays and WebAssembly memories that `create` allocates. A view of a buffer counts
 * nothing. It watches the constructors: what the process reports leaves out the smallest arrays, which live on V8's heap.
 */
export function allocatedBytes(create: () => unknown): number {
  let bytes = 0;
  const restore = watched.flatMap(([holder, names]) =>
    names.map((name) =>
      watch(holder, name, (made, argument) => {
        bytes += sizeOf(made, argument);
      }),
    ),
  );
  try {
    create();
  } finally {
    for (const undo of restore) undo();
  }
  return bytes;
}

/** Calls `made` with each new object and its constructor's first argument, until the function returned is called. */
function watch(holder: object, name: string, made: (object: object, argument: unknown) => void): () => void {
  const descriptor = Reflect.getOwnPropertyDescriptor(holder, name) ?? {};
  const value = new Proxy(descriptor.value, {
    construct(target, args, newTarget) {
      const object: object = Reflect.construct(target, args, newTarget);
      made(object, args[0]);
      return object;
    },
  });
  Object.defineProperty(holder, name, { ...descriptor, value });
  return () => Object.defineProperty(holder, name, descriptor);
}

function sizeOf(made: object, argument: unknown): number {
  if (made instanceof WebAssembly.Memory) return made.buffer.byteLength;
  const owns = typeof argument === 'number' && 'byteLength' in made && typeof made.byteLength === 'number';
  return owns ? Number(made.byteLength) : 0;
}
