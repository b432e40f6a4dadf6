import { types } from 'node:util';

/** Every kind of typed array that this Node has. */
const typedArrays = Object.entries(Object.getOwnPropertyDescriptors(globalThis))
  .filter(([, { value }]) => typeof value === 'function' && Object.getPrototypeOf(value) === typedArray())
  .map(([name]) => name);

/** What hands out memory, by who has it: constructors, and Buffer's functions. */
const watched = [
  [globalThis, ['ArrayBuffer', 'SharedArrayBuffer', ...typedArrays]],
  [Buffer, ['alloc', 'allocUnsafe', 'allocUnsafeSlow', 'from']],
  [WebAssembly, ['Memory']],
] as const;

/** Said where a tracker's stated bytes are not those counted. */
export const uncounted =
  'bytes allocated (trackers/allocation.ts says what is counted) against bytes stated in the registry';

/**
 * Bytes of all buffers, typed arrays, Buffers and WebAssembly memories that `create` allocates before it returns. A view of a buffer counts
 * nothing; nor does a memory that grows later, or what methods of an array copy, as `slice`. It watches the constructors, because what the
 * process reports leaves out the smallest arrays, which live on V8's heap. It does so by their global names, on this thread: what code took
 * of them before (`class Pages extends Uint32Array`) is not counted, nor the memory that a WebAssembly module makes for itself.
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

/** Calls `made` with each new object and the first argument it was made with, until the function returned is called. */
function watch(holder: object, name: string, made: (object: object, argument: unknown) => void): () => void {
  const descriptor = Reflect.getOwnPropertyDescriptor(holder, name) ?? {};
  const value = new Proxy(descriptor.value, {
    construct(target, args, newTarget) {
      const object: object = Reflect.construct(target, args, newTarget);
      made(object, args[0]);
      return object;
    },
    apply(target, self, args) {
      const object: object = Reflect.apply(target, self, args);
      made(object, args[0]);
      return object;
    },
  });
  Object.defineProperty(holder, name, { ...descriptor, value });
  return () => Object.defineProperty(holder, name, descriptor);
}

function sizeOf(made: object, argument: unknown): number {
  if (made instanceof WebAssembly.Memory) return made.buffer.byteLength;
  const owns = !types.isAnyArrayBuffer(argument) && 'byteLength' in made && typeof made.byteLength === 'number';
  return owns ? Number(made.byteLength) : 0;
}

/** The constructor that all typed arrays have in common. */
function typedArray(): object {
  return Object.getPrototypeOf(Uint8Array);
}
