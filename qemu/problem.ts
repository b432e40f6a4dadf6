import { UserError } from '../base/usererror.js';

/** A QEMU that cannot be asked; the message names its socket, and what helps. */
export class QemuError extends UserError {
  override readonly name = 'QemuError';
}
