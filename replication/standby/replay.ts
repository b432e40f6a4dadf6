import { pageBytes } from '../../base/size.js';
import { KernelError } from '../../kernel/error.js';
import { ReplicationError } from '../error.js';
import type { ReplicatedGuest } from '../guest/guest.js';
import { type LogEntry, responseCrc } from '../wire/log.js';
import { type EpochPart, pageNumber } from '../wire/part.js';

/** A guest that ran the same requests from the same state did something else: it must not serve. */
export class DivergenceError extends ReplicationError {}

/** Runs logged requests on a guest that stands where the primary's did, and finds out if it does anything else. */
export class Replay {
  readonly #guest: ReplicatedGuest;
  readonly #dirty: Uint32Array;
  #previous: { readonly transaction: number; readonly crc: number } | null = null;

  /** The guest must stand at the checkpoint. What it wrote before is forgotten here; until the end nobody else may ask for its dirty pages. */
  constructor(guest: ReplicatedGuest) {
    this.#guest = guest;
    this.#dirty = new Uint32Array(guest.memory.pages);
    guest.collect(this.#dirty);
  }

  /** The transaction that it has run last. */
  get transaction(): number {
    return this.#guest.transactions;
  }

  /** @throws DivergenceError if the primary's guest answered the request before otherwise, ran another one now, or if this guest cannot run it. */
  run({ transaction, responseBytes, previousCrc, request }: LogEntry): void {
    const guest = this.#guest;
    const previous = this.#previous;
    if (transaction !== guest.transactions + 1) {
      throw new DivergenceError(`the replay diverges: request ${transaction} after ${guest.transactions}`);
    }
    if (previous !== null && previousCrc !== 0 && previousCrc !== previous.crc) {
      throw new DivergenceError(`the replay diverges: transaction ${previous.transaction} was answered otherwise`);
    }
    guest.accept(request, responseBytes);
    this.#runGuest(transaction);
    const response = Buffer.allocUnsafe(responseBytes);
    guest.respond(response);
    this.#previous = { transaction, crc: responseCrc(response) };
  }

  /** What the primary's guest could run and this one cannot is another guest. */
  #runGuest(transaction: number): void {
    try {
      this.#guest.run();
    } catch (error) {
      if (!(error instanceof KernelError)) throw error;
      throw new DivergenceError(`the replay diverges: request ${transaction} does not run here: ${error.message}`);
    }
  }

  /**
   * Compares the guest with a checkpoint of the primary's, of whole pages: what changed, and to what.
   * @throws DivergenceError if they differ.
   */
  compare(parts: readonly EpochPart[]): void {
    const guest = this.#guest;
    const found = new Set(this.#dirty.subarray(0, guest.collect(this.#dirty)));
    const mine = Buffer.alloc(Math.max(pageBytes, guest.stateBytes));
    const epoch = parts[0]?.epoch ?? 0;
    for (const part of parts) {
      for (let i = 0; i < part.count; i++) {
        const page = pageNumber(part, i);
        found.delete(page);
        guest.memory.read(page, mine, 0);
        if (!samePage(mine, part, i)) {
          throw new DivergenceError(`the replay diverges at epoch ${epoch}: page ${page} is another`);
        }
      }
      if (part.state.length === 0) continue;
      guest.readState(mine, 0);
      if (mine.compare(part.state, 0, part.state.length, 0, part.state.length) !== 0) {
        throw new DivergenceError(`the replay diverges at epoch ${epoch}: the vCPU state is another`);
      }
    }
    const [extra] = found;
    if (extra !== undefined) {
      throw new DivergenceError(`the replay diverges at epoch ${epoch}: it wrote page ${extra}, the primary did not`);
    }
  }
}

function samePage(mine: Buffer, { contents }: EpochPart, index: number): boolean {
  if (contents.kind !== 'pages') throw new ReplicationError('a checkpoint of differences cannot be compared');
  const at = index * pageBytes;
  return mine.compare(contents.pages, at, at + pageBytes, 0, pageBytes) === 0;
}
