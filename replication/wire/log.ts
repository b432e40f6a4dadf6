import { crc32 } from '@node-rs/crc32';
import { type Ack, ackBytes, writeAck } from './epoch.js';
import { headerBytes, sealFrame, WireError } from './wire.js';

/**
 * Bodies of the frames that replicate a guest by its requests.
 *
 * `log`, a request, sent before the guest runs it:
 *     offset  bytes
 *          0      8  number of the transaction, as the guest counts
 *          8      4  bytes of the response that it asks for
 *         12      4  CRC-32 of the response to the transaction before; 0 where that is not known: for the first after a standby
 *                    has joined, and for those that are sent together with the one before
 *         16         the request
 *
 * `log-ack`, by the standby, once it is in its log: as the body of `ack` (epoch.ts), with the transaction's number.
 */
export const logHeaderBytes = 16;

/** A request in the log. */
export interface LogEntry {
  readonly transaction: number;
  readonly responseBytes: number;
  /** Checksum of the response to the transaction before; 0: not known. */
  readonly previousCrc: number;
  readonly request: Buffer;
}

/** Checksum of a response; never 0, which stands for none. */
export function responseCrc(response: Buffer): number {
  return crc32(response) || 1;
}

/** The whole frame of an entry. */
export function logFrame({ transaction, responseBytes, previousCrc, request }: LogEntry): Buffer {
  const frame = Buffer.allocUnsafe(headerBytes + logHeaderBytes + request.length);
  frame.writeBigUInt64LE(BigInt(transaction), headerBytes);
  frame.writeUInt32LE(responseBytes, headerBytes + 8);
  frame.writeUInt32LE(previousCrc, headerBytes + 12);
  request.copy(frame, headerBytes + logHeaderBytes);
  sealFrame(frame, 'log');
  return frame;
}

/**
 * Reads the body of a `log` frame; its request is valid as long as the body.
 * @throws WireError if it is none.
 */
export function readLogEntry(body: Buffer): LogEntry {
  if (body.length < logHeaderBytes) throw new WireError(`a request in the log of ${body.length} bytes: too short`);
  return {
    transaction: Number(body.readBigUInt64LE(0)),
    responseBytes: body.readUInt32LE(8),
    previousCrc: body.readUInt32LE(12),
    request: body.subarray(logHeaderBytes),
  };
}

/** The whole frame of an acknowledgement. */
export function ackFrame(type: 'ack' | 'log-ack', ack: Ack): Buffer {
  const frame = Buffer.allocUnsafe(headerBytes + ackBytes);
  writeAck(frame, headerBytes, ack);
  sealFrame(frame, type);
  return frame;
}
