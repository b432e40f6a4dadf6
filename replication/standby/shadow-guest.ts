import { pageBytes } from '../../base/size.js';
import { KernelError } from '../../kernel/error.js';
import { isTracePath } from '../../workloads/registry.js';
import { WorkloadError } from '../../workloads/workload.js';
import { ReplicationError } from '../error.js';
import type { ReplicatedGuest } from '../guest/guest.js';
import { choiceOf, type ModeName, openService } from '../guest/modes.js';
import { transactionsOf } from '../guest/service.js';
import type { PrimaryHello } from '../wire/handshake.js';
import type { Image } from './image.js';

/** Most transactions that the workload is moved on by before the event loop gets a turn: some tenths of a millisecond. */
const mostInARow = 32;

/**
 * The guest that a standby will run when the primary is gone: made when the primary connects, so that what stands in its
 * way is said then. Its memory is filled as the image comes, and it follows the primary's position in the workload, so that
 * there is nothing left to copy or to catch up with at the takeover, however large the guest and however long its past.
 */
export class ShadowGuest {
  readonly guest: ReplicatedGuest;
  /** Note for the log: which kind of guest it is. */
  readonly note: string;
  readonly #firstPage = Buffer.alloc(pageBytes);
  #later: NodeJS.Immediate | null = null;
  #waits: (() => void)[] = [];

  private constructor(guest: ReplicatedGuest, note: string) {
    this.guest = guest;
    this.note = note;
  }

  /** @throws ReplicationError if this process cannot run such a guest. */
  static open(mode: ModeName, { guest: kind, memoryBytes, service }: PrimaryHello): ShadowGuest {
    try {
      refusePaths(service.workload);
      const { guest, note } = openService(choiceOf[kind], mode, { ...service, memoryBytes });
      return new ShadowGuest(guest, note);
    } catch (error) {
      if (!(error instanceof ReplicationError || error instanceof WorkloadError || error instanceof KernelError)) {
        throw error;
      }
      throw new ReplicationError(`this standby could not take over a ${kind} guest: ${error.message}`);
    }
  }

  /** An epoch has been applied: the workload follows, at most a little in this turn of the event loop. */
  follow({ memory }: Image): void {
    memory.read(0, this.#firstPage, 0);
    this.#catchUp(transactionsOf(this.#firstPage));
  }

  /** Resolves when the workload is where the primary's was, or when that is given up. */
  caughtUp(): Promise<void> {
    if (this.#later === null) return Promise.resolve();
    return new Promise((resolve) => this.#waits.push(resolve));
  }

  /**
   * Lets the guest go on from the image, whose pages are in its memory; nothing more may come to that.
   * @throws ReplicationError if it cannot go on here, as where this KVM does not take its registers.
   */
  restore({ state }: Image): void {
    this.#stop();
    try {
      this.guest.restore(state);
    } catch (error) {
      if (!(error instanceof KernelError)) throw error;
      throw new ReplicationError(`this standby cannot run the ${this.guest.kind} guest: ${error.message}`);
    }
  }

  /** Gives the guest back; not to be called once it serves. */
  close(): void {
    this.#stop();
    this.guest.close();
  }

  #catchUp(due: number): void {
    if (this.#later !== null) clearImmediate(this.#later);
    const next = Math.min(due, this.guest.transactions + mostInARow);
    this.guest.follow(next);
    this.#later = next === due ? null : setImmediate(() => this.#catchUp(due));
    if (this.#later === null) this.#endWaits();
  }

  #stop(): void {
    if (this.#later !== null) clearImmediate(this.#later);
    this.#later = null;
    this.#endWaits();
  }

  #endWaits(): void {
    for (const resolve of this.#waits.splice(0)) resolve();
  }
}

/** A primary does not say which files are read here. @throws ReplicationError for a recording that is given by its path. */
function refusePaths(workload: string): void {
  if (isTracePath(workload)) {
    throw new ReplicationError(
      `workload '${workload}' is a file of the primary's: take a shipped recording, by its name`,
    );
  }
}
