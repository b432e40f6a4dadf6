import { describe, expect, it } from 'vitest';
import { allocatedBytes } from '../../trackers/allocation.js';

describe('the count of allocated bytes', () => {
  it.each<[string, () => unknown, number]>([
    ['an ArrayBuffer', () => new ArrayBuffer(24), 24],
    ['a SharedArrayBuffer', () => new SharedArrayBuffer(24), 24],
    ['an Int8Array', () => new Int8Array(3), 3],
    ['a Uint8Array', () => new Uint8Array(3), 3],
    ['a Uint8ClampedArray', () => new Uint8ClampedArray(3), 3],
    ['an Int16Array', () => new Int16Array(3), 6],
    ['a Uint16Array', () => new Uint16Array(3), 6],
    ['an Int32Array', () => new Int32Array(3), 12],
    ['a Uint32Array', () => new Uint32Array(3), 12],
    ['a Float32Array', () => new Float32Array(3), 12],
    ['a Float64Array', () => new Float64Array(3), 24],
    ['a BigInt64Array', () => new BigInt64Array(3), 24],
    ['a BigUint64Array', () => new BigUint64Array(3), 24],
    ['a Buffer of zeros', () => Buffer.alloc(5), 5],
    ['a Buffer of the pool', () => Buffer.allocUnsafe(5), 5],
    ['a Buffer outside the pool', () => Buffer.allocUnsafeSlow(5), 5],
    ['a Buffer of a text', () => Buffer.from('pages'), 5],
    ['a typed array of numbers', () => new Uint16Array([1, 2, 3]), 6],
    ['a typed array from an iterable', () => Uint16Array.from(new Set([1, 2, 3])), 6],
    ['a copy of a typed array', () => new Uint16Array(new Uint16Array(3)), 12],
    ['a WebAssembly memory', () => new WebAssembly.Memory({ initial: 2, maximum: 2, shared: true }), 131_072],
    ['a buffer without its views', () => viewsOf(new ArrayBuffer(8)), 8],
    ['no array at all', () => new Set([1, 2, 3]), 0],
  ])('has %s', (_, create, bytes) => {
    expect(allocatedBytes(create)).toBe(bytes);
  });

  it('leaves the constructors as they were, whatever is thrown', () => {
    const before = [Uint8Array, BigInt64Array, ArrayBuffer, Buffer.alloc, Buffer.from, WebAssembly.Memory];
    expect(() =>
      allocatedBytes(() => {
        throw new Error('no');
      }),
    ).toThrow('no');
    expect([Uint8Array, BigInt64Array, ArrayBuffer, Buffer.alloc, Buffer.from, WebAssembly.Memory]).toEqual(before);
  });
});

function viewsOf(buffer: ArrayBuffer): unknown[] {
  return [new DataView(buffer), new Uint8Array(buffer), new BigInt64Array(buffer), Buffer.from(buffer)];
}
