/** A QEMU that cannot be asked; the message names its socket, and what helps. */
export class QemuError extends Error {
  override readonly name = 'QemuError';
}
