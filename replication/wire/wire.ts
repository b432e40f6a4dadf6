import { crc32 } from '@node-rs/crc32';
import { ReplicationError } from '../error.js';

/**
 * The wire format between a primary, its standby and those who ask them things. Everything is a frame: a header of 16
 * bytes, then a body. Numbers are little-endian, as the guest's memory is.
 *
 *     offset  bytes
 *          0      2  0xd1b7
 *          2      1  version of the format
 *          3      1  type of the frame (below)
 *          4      4  bytes of the body
 *          8      4  CRC-32 of the body: for an epoch this is the epoch's checksum
 *         12      4  CRC-32 of the 12 bytes before: a damaged length is found before anyone waits for that many bytes
 *
 * The place of the first four bytes never changes, so that every version can refuse every other by name. The side that
 * connects opens with `hello`; what follows up to `welcome` is in handshake.ts. After that a primary sends `bulk`,
 * `epoch` and `digest-request`, and a standby answers `ack` and `digest` (epoch.ts); an observer asks either for a digest,
 * and a primary for its statistics. A primary sends `heartbeat` when it has nothing else to send, and the standby answers with
 * the same (lease.ts); `in-step` says that from now on it answers nobody without this standby, `shutdown` that it
 * ends because it was asked to: between the two, and only then, a standby may take over. With
 * `prepare` the source of a migration asks the standby to be ready for its guest, and for its clients, and hears in
 * `serving` where they are to connect; with `hand-over` it gives its guest away: the standby runs it from then on, and says
 * so in the same. An observer asks a primary with `migrate` to move its guest, and hears in `migration` how far that is (migration.ts).
 * Where requests are replayed, a primary sends each in `log` before its guest runs it, and the standby answers `log-ack`.
 * Whoever listens may send `refused` and close. Bodies of `bulk`, `epoch` and `ack` are laid out in epoch.ts, those of
 * `log` and `log-ack` in log.ts, those of `heartbeat`, `in-step`, `shutdown`, `prepare` and `hand-over` are empty, the others are JSON.
 *
 * The checksum finds damage, not forgery: a shared secret decides who may connect, the bytes after that are not sealed.
 */
export const wireVersion = 3;

const magic = 0xd1b7;
/** Bytes of a frame before its body. */
export const headerBytes = 16;

/** Most pages in one `bulk` or `epoch` frame; what is larger goes in several (epoch.ts). */
export const mostPagesPerFrame = 1024;
/** Most parts in which one epoch comes: 256 MiB of pages. */
export const mostPartsPerEpoch = 64;
/** Most bytes of vCPU state an epoch may carry. */
export const mostStateBytes = 65_536;
const mostPageFrameBytes = 32 + mostStateBytes + mostPagesPerFrame * (4 + 4096);

/** Most characters of why something was refused or failed: what is longer is cut, so that it fits a frame `refused`. */
export const longestWhy = 900;

/** Every type of frame: its number on the wire and the most bytes its body may have. */
export const frameTypes = {
  hello: { code: 1, mostBytes: 2048 },
  challenge: { code: 2, mostBytes: 512 },
  proof: { code: 3, mostBytes: 512 },
  welcome: { code: 4, mostBytes: 512 },
  refused: { code: 5, mostBytes: 1024 },
  bulk: { code: 6, mostBytes: mostPageFrameBytes },
  epoch: { code: 7, mostBytes: mostPageFrameBytes },
  ack: { code: 8, mostBytes: 24 },
  'digest-request': { code: 9, mostBytes: 256 },
  digest: { code: 10, mostBytes: 512 },
  'statistics-request': { code: 11, mostBytes: 256 },
  statistics: { code: 12, mostBytes: 4096 },
  heartbeat: { code: 13, mostBytes: 0 },
  'in-step': { code: 14, mostBytes: 0 },
  shutdown: { code: 15, mostBytes: 0 },
  'hand-over': { code: 16, mostBytes: 0 },
  serving: { code: 17, mostBytes: 512 },
  migrate: { code: 18, mostBytes: 1024 },
  migration: { code: 19, mostBytes: 4096 },
  log: { code: 20, mostBytes: 16 + 65_536 },
  'log-ack': { code: 21, mostBytes: 24 },
  prepare: { code: 22, mostBytes: 0 },
} as const;

/** The name of a type of frame. */
export type FrameType = keyof typeof frameTypes;

const typesByCode = new Map(
  Object.entries(frameTypes).map(([name, { code }]) => [code as number, name as FrameType] as const),
);

/** What came is not this wire format, or is damaged; the connection cannot go on. */
export class WireError extends ReplicationError {}

/** A frame's header, read. */
export interface FrameHeader {
  readonly type: FrameType;
  readonly bodyBytes: number;
  readonly bodyCrc: number;
}

/**
 * Reads the 16 bytes at `offset`. The length is within the limit of its type; the body is not checked yet.
 * @throws WireError if they are not a header of this version.
 */
export function readHeader(bytes: Buffer, offset: number): FrameHeader {
  if (bytes.readUInt16LE(offset) !== magic) {
    throw new WireError(`not dirtybench's wire format: it starts with ${bytes.toString('hex', offset, offset + 4)}`);
  }
  const version = bytes.readUInt8(offset + 2);
  if (version !== wireVersion) {
    throw new WireError(`the other side speaks version ${version} of the wire format, this one ${wireVersion}`);
  }
  if (crc32(bytes.subarray(offset, offset + 12)) !== bytes.readUInt32LE(offset + 12)) {
    throw new WireError('a frame header is damaged: its checksum does not hold');
  }
  const code = bytes.readUInt8(offset + 3);
  const type = typesByCode.get(code);
  if (type === undefined) throw new WireError(`frame of unknown type ${code}`);
  const bodyBytes = bytes.readUInt32LE(offset + 4);
  const { mostBytes } = frameTypes[type];
  if (bodyBytes > mostBytes) {
    throw new WireError(`a frame '${type}' of ${bodyBytes} bytes: the limit is ${mostBytes}`);
  }
  return { type, bodyBytes, bodyCrc: bytes.readUInt32LE(offset + 8) };
}

/** Writes the header of the frame that fills `frame` from its start; the body is in place already. */
export function sealFrame(frame: Buffer, type: FrameType): void {
  frame.writeUInt16LE(magic, 0);
  frame.writeUInt8(wireVersion, 2);
  frame.writeUInt8(frameTypes[type].code, 3);
  frame.writeUInt32LE(frame.length - headerBytes, 4);
  frame.writeUInt32LE(crc32(frame.subarray(headerBytes)), 8);
  frame.writeUInt32LE(crc32(frame.subarray(0, 12)), 12);
}

/** A whole frame with this body. */
export function frameOf(type: FrameType, body: Uint8Array): Buffer {
  const frame = Buffer.alloc(headerBytes + body.length);
  frame.set(body, headerBytes);
  sealFrame(frame, type);
  return frame;
}

/** A whole frame whose type says all. */
export function emptyFrame(type: FrameType): Buffer {
  return frameOf(type, Buffer.alloc(0));
}

/** A whole frame whose body is `value` as JSON. */
export function jsonFrame(type: FrameType, value: unknown): Buffer {
  return frameOf(type, Buffer.from(JSON.stringify(value)));
}
