import { ReplicationError } from '../error.js';
import type { ReplicatedGuest } from '../guest/guest.js';
import { type DigestReply, digestInTurns } from '../memory/digest.js';
import type { Link } from '../transfer/link.js';
import { type ResyncOptions, resync, type Synced } from '../transfer/resync.js';
import type { EncodingName } from '../wire/encoding.js';
import { EpochWriter } from '../wire/epoch.js';
import type { Statistics } from '../wire/statistics.js';
import { type CheckpointInterval, Checkpoints } from './checkpoints.js';
import type { Commit } from './commit.js';
import type { AfterLoss } from './protection.js';
import { RequestLoop } from './request-loop.js';
import type { Session } from './session.js';

/** A guest that a standby joins pauses for no longer than this if its memory converges, and for as long as it takes otherwise. */
const resyncOptions: ResyncOptions = { downtimeMs: 10, ifDiverging: 'stop', round: () => {} };

/**
 * A guest whose responses wait for its standby. When the guest stops at its I/O, the pages it wrote and its vCPU's state
 * go to the standby as an epoch; when that is acknowledged, its responses go out, in the order of the epochs. How many
 * requests share an epoch, and how many epochs may be on their way, is the commit mode's to say. Where requests are
 * replayed, each goes to the standby before the guest runs it, and its response out when that is acknowledged; epochs
 * follow now and then, as checkpoints.
 */
export class ProtectedGuest {
  readonly #guest: ReplicatedGuest;
  readonly #commit: Commit;
  readonly #interval: CheckpointInterval;
  readonly #loop: RequestLoop;
  /** To whoever is being brought into step. */
  #joining: Link | null = null;
  #digest: Promise<DigestReply> | null = null;

  /**
   * `interval` is that of checkpoints, where requests are replayed. `failed` is called if the guest itself fails; it then
   * answers nobody any more.
   */
  constructor(guest: ReplicatedGuest, commit: Commit, interval: CheckpointInterval, failed: (why: string) => void) {
    this.#guest = guest;
    this.#commit = commit;
    this.#interval = interval;
    this.#loop = new RequestLoop(guest, commit, failed);
  }

  /**
   * Brings the standby into step, while the guest goes on; from then on every response waits for it, and when it is lost
   * `lost` says what becomes of the guest. A guest that was held answers what it owes.
   * @throws ReplicationError if the standby is lost meanwhile; the guest is then what it was before.
   */
  async protect(link: Link, encoding: EncodingName, lost: (why: string) => AfterLoss): Promise<void> {
    const writer = new EpochWriter(this.#guest, encoding);
    const { goOn } = await this.bringIntoStep(link, writer, resyncOptions);
    const checkpoints = this.#commit.keeps === 'requests' ? this.#checkpointsOf(link, writer) : null;
    this.#loop.protect({ kind: 'standby', link, writer, checkpoints }, lost);
    goOn();
  }

  /** Brings whoever is at the other end of the link into step, and leaves the guest at rest; as `resync`. */
  async bringIntoStep(link: Link, writer: EpochWriter, options: ResyncOptions): Promise<Synced> {
    const loop = this.#loop;
    const source = {
      guest: this.#guest,
      link,
      writer,
      atRest: () => loop.atRest(),
      nextEpoch: () => loop.nextEpoch(),
    };
    this.#joining = link;
    try {
      return await resync(source, options);
    } catch (error) {
      throw error instanceof ReplicationError ? error : loop.fail(error);
    } finally {
      this.#joining = null;
    }
  }

  /** Takes up a session's request; it is answered in its turn. */
  serve(session: Session): void {
    this.#loop.serve(session);
  }

  /** Digests of memory and vCPU state on both sides, at one epoch: the guest stands still meanwhile. */
  digest(): Promise<DigestReply> {
    this.#digest ??= this.#takeDigest();
    return this.#digest;
  }

  /** What happened since this was last called. */
  statistics(): Statistics {
    return this.#loop.statistics();
  }

  close(): void {
    this.#loop.stop();
    this.#joining?.close();
    this.#guest.close();
  }

  #checkpointsOf(link: Link, writer: EpochWriter): Checkpoints {
    const loop = this.#loop;
    return new Checkpoints({
      guest: this.#guest,
      link,
      writer,
      interval: this.#interval,
      nextEpoch: () => loop.nextEpoch(),
      taken: (pages, bytes) => loop.count(pages, bytes),
    });
  }

  async #takeDigest(): Promise<DigestReply> {
    const loop = this.#loop;
    const goOn = await loop.atRest();
    this.#digest = null;
    try {
      const state = Buffer.alloc(this.#guest.stateBytes);
      this.#guest.readState(state, 0);
      await loop.catchUp();
      const goesOn = () => loop.protection.kind !== 'stopped';
      const primary = await digestInTurns(loop.epoch, this.#guest, state, goesOn);
      const { protection } = loop;
      const standby = protection.kind === 'standby' ? await protection.link.digest() : null;
      return { primary, standby };
    } finally {
      goOn();
    }
  }
}
