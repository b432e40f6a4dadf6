import { pageBytes } from '../../base/size.js';

/**
 * What the guest does for a client, and where things are in its memory. The same for every kind of guest:
 *
 *     count += 1
 *     previous = table[key mod slots]; table[key mod slots] = sequence
 *     every page that the workload lists gets count in 8 bytes, at an offset that moves on with count
 *     response = count, previous, sequence, then count again as often as fits
 *
 * `key` and `sequence` are the first two numbers of the request (8 bytes each, little-endian; what a short request lacks
 * is zero). A client with a key of its own so learns which of its requests the guest has seen last.
 */
export const service = {
  /** Offsets in the guest's memory, in bytes. The response may be longer than what is left of the first page. */
  count: 0,
  table: 1024,
  response: 2048,
  slots: 128,
  /** Longest request and response, in bytes. */
  mostBytes: 65_536,
  /** Pages at the start of memory that the workload does not touch. */
  reservedPages: 32,
} as const;

/** Where in a data page the count is stored. */
export function stampOffset(count: number): number {
  return (count * 8) % pageBytes;
}

/** The transactions served, as the first page of the guest's memory has it. */
export function transactionsOf(firstPage: Buffer): number {
  return Number(firstPage.readBigUInt64LE(service.count));
}

/** Bytes in which a request says all it can. */
export const requestHeaderBytes = 16;
/** Bytes in which a response says all it can. */
export const responseHeaderBytes = 24;

/** Pages at the start of memory that a transaction writes: the count, the table, and a response of so many bytes. */
export function ownPages(responseBytes: number): number {
  return Math.ceil((service.response + Math.max(responseHeaderBytes, responseBytes)) / pageBytes);
}
