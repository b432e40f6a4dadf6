/** Directions of an ioctl's struct, seen from user space; from asm-generic/ioctl.h. */
const direction = { none: 0, write: 1, read: 2 } as const;

/** The number of an ioctl request (asm-generic/ioctl.h): the direction, the struct's size, the device, the request. */
function request(way: number, device: number, number: number, bytes: number): number {
  return way * 2 ** 30 + bytes * 2 ** 16 + device * 2 ** 8 + number;
}

/** The ioctls of one device, by its letter or number: `_IO`, `_IOR`, `_IOW` and `_IOWR` of the kernel's headers. */
export function ioctlsOf(
  device: number,
): Record<'io' | 'ior' | 'iow' | 'iowr', (number: number, bytes?: number) => number> {
  const of =
    (way: number) =>
    (number: number, bytes = 0) =>
      request(way, device, number, bytes);
  return {
    io: of(direction.none),
    ior: of(direction.read),
    iow: of(direction.write),
    iowr: of(direction.read | direction.write),
  };
}
