import { BlockList, isIP } from 'node:net';
import { ReplicationError } from './error.js';

/** Where a server listens or a client connects. */
export interface Address {
  /** A name or a number. */
  readonly host: string;
  readonly port: number;
}

const loopbackNumbers = new BlockList();
loopbackNumbers.addSubnet('127.0.0.0', 8, 'ipv4');
loopbackNumbers.addAddress('::1', 'ipv6');

/**
 * Reads `HOST:PORT`; an IPv6 number stands in brackets, as in `[::1]:7000`.
 * @throws ReplicationError if it is not an address.
 */
export function parseAddress(text: string): Address {
  const [, bracketed, plain, digits] = /^(?:\[([^\]]+)\]|([^:[\]]+)):(\d{1,5})$/.exec(text.trim()) ?? [];
  const host = bracketed ?? plain;
  const port = Number(digits);
  if (host === undefined || port > 65_535) {
    throw new ReplicationError(`'${text}' is not an address: write HOST:PORT, as 127.0.0.1:7000 or [::1]:7000`);
  }
  return { host, port };
}

/** The writing that `parseAddress` reads. */
export function formatAddress({ host, port }: Address): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/** Whether only this machine reaches the host. A name other than `localhost` is taken to reach further. */
export function isLoopback(host: string): boolean {
  const family = isIP(host);
  if (family === 0) return host === 'localhost';
  return loopbackNumbers.check(host, family === 6 ? 'ipv6' : 'ipv4');
}
