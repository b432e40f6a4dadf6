import { pageBytes } from '../../base/size.js';
import { contentsCode } from './encoding.js';
import { bodyHeaderBytes } from './epoch.js';
import { Patch } from './patch.js';
import { mostPagesPerFrame, mostStateBytes, WireError } from './wire.js';

/** What a part says of its pages: they themselves, or how they differ from what they were. */
export type Contents =
  | { readonly kind: 'pages'; readonly pages: Buffer }
  | { readonly kind: 'patch'; readonly patch: Patch };

/** One part of an epoch as it arrived (epoch.ts): views into its frame, valid as long as that is. */
export interface EpochPart {
  readonly epoch: number;
  readonly part: number;
  readonly parts: number;
  readonly count: number;
  readonly state: Buffer;
  /** Page numbers, `count` of them, 4 bytes each. */
  readonly numbers: Buffer;
  /** In the order of the numbers. */
  readonly contents: Contents;
}

/** The number of the page that stands at `index` in a part. */
export function pageNumber(part: EpochPart, index: number): number {
  return part.numbers.readUInt32LE(index * 4);
}

/** The numbers of all its pages. */
export function* pageNumbers(part: EpochPart): Generator<number> {
  for (let i = 0; i < part.count; i++) yield pageNumber(part, i);
}

/**
 * Reads the body of an `epoch` or `bulk` frame.
 * @throws WireError if it contradicts itself, or its differences are damaged.
 */
export function readPart(body: Buffer): EpochPart {
  if (body.length < bodyHeaderBytes) throw new WireError(`an epoch of ${body.length} bytes: too short for its header`);
  const epoch = Number(body.readBigUInt64LE(0));
  const count = body.readUInt32LE(16);
  const encoding = body.readUInt32LE(20);
  const stateBytes = body.readUInt32LE(24);
  if (!Number.isSafeInteger(epoch)) throw new WireError(`an epoch with the number ${body.readBigUInt64LE(0)}`);
  const numbers = bodyHeaderBytes + stateBytes;
  const contents = numbers + count * 4;
  if (contents > body.length || count > mostPagesPerFrame || stateBytes > mostStateBytes) {
    throw new WireError(`an epoch of ${body.length} bytes says it has ${count} pages and ${stateBytes} bytes of state`);
  }
  return {
    epoch,
    part: body.readUInt32LE(8),
    parts: body.readUInt32LE(12),
    count,
    state: body.subarray(bodyHeaderBytes, numbers),
    numbers: body.subarray(numbers, contents),
    contents: readContents(body.subarray(contents), encoding, count),
  };
}

function readContents(bytes: Buffer, encoding: number, count: number): Contents {
  if (encoding === contentsCode.compressed) return { kind: 'patch', patch: Patch.decompress(bytes, count) };
  if (encoding === contentsCode.differences) return { kind: 'patch', patch: new Patch(bytes, count) };
  if (encoding !== contentsCode.pages)
    throw new WireError(`an epoch with pages in encoding ${encoding}: it is not known`);
  if (bytes.length === count * pageBytes) return { kind: 'pages', pages: bytes };
  throw new WireError(`an epoch says it has ${count} pages and has ${bytes.length} bytes of them`);
}

/** A copy of a part that its frame may be overwritten under. The state is not copied: a part that is not the last has none. */
export function keepPart(part: EpochPart): EpochPart {
  const { contents } = part;
  return {
    ...part,
    numbers: Buffer.from(part.numbers),
    contents: contents.kind === 'pages' ? { kind: 'pages', pages: Buffer.from(contents.pages) } : contents,
  };
}
