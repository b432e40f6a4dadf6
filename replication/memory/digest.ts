import { createHash } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';
import { z } from 'zod';
import { pageBytes } from '../../base/size.js';

/** What memory and vCPU state were at an epoch, in short. */
export const digestSchema = z.strictObject({
  epoch: z.int().nonnegative(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  /** Pages that are not all zeros. */
  pages: z.int().nonnegative(),
});

/** See `digestSchema`. */
export type Digest = z.infer<typeof digestSchema>;

/** Answer to a digest request: what each side knows; null where it holds nothing or is not asked. */
export const digestReplySchema = z.strictObject({ primary: digestSchema.nullable(), standby: digestSchema.nullable() });

/** See `digestReplySchema`. */
export type DigestReply = z.infer<typeof digestReplySchema>;

/** A guest's memory as a digest reads it. */
export interface PageSource {
  /** Every page that may hold something other than zeros, ascending. */
  written(): Iterable<number>;
  read(page: number, target: Buffer, offset: number): void;
}

/** Pages that are digested between two turns of the event loop: some milliseconds of work. */
const pagesPerTurn = 1024;
const zeros = Buffer.alloc(pageBytes);

/**
 * SHA-256 over every page that is not all zeros, ascending, each as its number (8 bytes, little-endian) and its 4096
 * bytes, and then the vCPU state. Two sides have equal digests when their whole memories and states are equal, whatever
 * each of them knows about which pages were written.
 */
export function digestOf(epoch: number, memory: PageSource, state: Buffer): Digest {
  const digesting = new Digesting(memory);
  for (const page of memory.written()) digesting.add(page);
  return digesting.end(epoch, state);
}

/**
 * The same, with turns of the event loop between, so that whoever must say something now and then can: memory and state
 * must stay as they are meanwhile. Null as soon as `goesOn` is false, after a turn: the memory is not touched any more then.
 */
export async function digestInTurns(
  epoch: number,
  memory: PageSource,
  state: Buffer,
  goesOn: () => boolean,
): Promise<Digest | null> {
  if (!goesOn()) return null;
  const digesting = new Digesting(memory);
  let seen = 0;
  for (const page of memory.written()) {
    if (++seen % pagesPerTurn === 0) {
      await turn();
      if (!goesOn()) return null;
    }
    digesting.add(page);
  }
  return digesting.end(epoch, state);
}

/** A digest of which some pages are in. */
class Digesting {
  readonly #memory: PageSource;
  readonly #hash = createHash('sha256');
  readonly #record = Buffer.alloc(8 + pageBytes);
  readonly #content = this.#record.subarray(8);
  #pages = 0;

  constructor(memory: PageSource) {
    this.#memory = memory;
  }

  add(page: number): void {
    this.#memory.read(page, this.#record, 8);
    if (this.#content.equals(zeros)) return;
    this.#record.writeBigUInt64LE(BigInt(page));
    this.#hash.update(this.#record);
    this.#pages++;
  }

  end(epoch: number, state: Buffer): Digest {
    return { epoch, sha256: this.#hash.update(state).digest('hex'), pages: this.#pages };
  }
}
