import { pageBytes } from '../../base/size.js';
import { type Digest, digestInTurns, digestOf } from '../memory/digest.js';
import type { PageStore } from '../memory/pages.js';
import { type EpochPart, keepPart, pageNumber, readPart } from '../wire/part.js';
import { mostPartsPerEpoch, WireError } from '../wire/wire.js';

/**
 * What a standby holds of a guest: its memory and vCPU state at one epoch. Only whole epochs get in: parts are staged
 * aside until the last one is there and valid, and `apply` then writes them all at one go, in one turn of the event
 * loop, so that nobody ever sees half an epoch.
 */
export class Image {
  readonly memory: PageStore;
  readonly #stateBytes: number;
  #state = Buffer.alloc(0);
  #epoch = 0;
  #staged: EpochPart[] = [];

  /** The image is kept in `memory`, in which nothing has been written yet. */
  constructor(memory: PageStore, stateBytes: number) {
    this.memory = memory;
    this.#stateBytes = stateBytes;
  }

  /** The epoch it holds; 0 before the first. */
  get epoch(): number {
    return this.#epoch;
  }

  /** The vCPU state at the epoch, as the guest wrote it. */
  get state(): Buffer {
    return this.#state;
  }

  /** The parts of the next epoch that have come. */
  get staged(): readonly EpochPart[] {
    return this.#staged;
  }

  digest(): Digest {
    return digestOf(this.#epoch, this.memory, this.#state);
  }

  /** The image's digest, computed in turns of the event loop; null if it does not stay as it is, or is not to be touched any more. */
  async digestInTurns(goesOn: () => boolean): Promise<Digest | null> {
    const epoch = this.#epoch;
    return digestInTurns(epoch, this.memory, this.#state, () => this.#epoch === epoch && goesOn());
  }

  /**
   * Takes pages sent ahead of the first epoch. Until that one is applied the image is of no use to anyone, so they are
   * written at once. Returns what was written, valid as long as the body.
   * @throws WireError if they do not fit the guest or the first epoch has come already.
   */
  bulk(body: Buffer): EpochPart {
    const part = readPart(body);
    if (this.#epoch !== 0) throw new WireError(`pages ahead of the first epoch after epoch ${this.#epoch}`);
    this.#reserve(part);
    this.#write(part);
    return part;
  }

  /**
   * Takes one part of the next epoch. True: it is whole, and `apply` must be called before the body is gone; everything
   * that could fail has been done by then.
   * @throws WireError if the part is not the one due, or does not fit the guest.
   */
  stage(body: Buffer): boolean {
    const part = readPart(body);
    this.#checkOrder(part);
    this.#reserve(part);
    const last = part.part === part.parts - 1;
    const due = last ? this.#stateBytes : 0;
    if (part.state.length !== due) {
      throw new WireError(`epoch ${part.epoch} has ${part.state.length} bytes of vCPU state, not ${due}`);
    }
    this.#staged.push(last ? part : keepPart(part));
    return last;
  }

  /**
   * Writes the staged epoch, and returns its parts. Cannot fail: room for every page has been made, and every number
   * checked.
   */
  apply(): readonly EpochPart[] {
    const parts = this.#staged;
    for (const part of parts) {
      this.#write(part);
      this.#epoch = part.epoch;
      if (part.state.length > 0) this.#state = Buffer.from(part.state);
    }
    this.#staged = [];
    return parts;
  }

  #checkOrder({ epoch, part, parts }: EpochPart): void {
    const due = this.#staged.length;
    const [first] = this.#staged;
    if (epoch === 0 || (this.#epoch !== 0 && epoch !== this.#epoch + 1)) {
      throw new WireError(`epoch ${epoch} after epoch ${this.#epoch}`);
    }
    if (parts > mostPartsPerEpoch) {
      throw new WireError(`epoch ${epoch} has ${parts} parts; the limit is ${mostPartsPerEpoch}`);
    }
    if (part !== due || part >= parts || (first !== undefined && (first.epoch !== epoch || first.parts !== parts))) {
      throw new WireError(`part ${part} of ${parts} of epoch ${epoch} where part ${due} was due`);
    }
  }

  #reserve(part: EpochPart): void {
    for (let i = 0; i < part.count; i++) {
      const page = pageNumber(part, i);
      if (page >= this.memory.pages) {
        throw new WireError(`epoch ${part.epoch} has page ${page} of a guest with ${this.memory.pages} pages`);
      }
      this.memory.reserve(page);
    }
  }

  #write(part: EpochPart): void {
    const { contents } = part;
    if (contents.kind === 'patch') {
      contents.patch.apply((index) => this.memory.at(pageNumber(part, index)));
      return;
    }
    for (let i = 0; i < part.count; i++) this.memory.write(pageNumber(part, i), contents.pages, i * pageBytes);
  }
}
