import { type Address, formatAddress, isLoopback } from '../address.js';
import { ReplicationError } from '../error.js';

/** @throws ReplicationError if others than this machine could connect and no secret keeps them out. */
export function requireSecret(what: string, address: Address, secret: string): void {
  if (secret !== '' || isLoopback(address.host)) return;
  throw new ReplicationError(
    `${what} would listen on ${formatAddress(address)}, beyond loopback, without a secret: give one with --secret-file`,
  );
}
