import { ReplicationError } from '../error.js';
import type { DigestReply } from '../memory/digest.js';
import type { FrameReceiver } from '../wire/frames.js';
import { parseBody } from '../wire/handshake.js';
import type { Peer } from '../wire/listener.js';
import { type MigrateRequest, type MigrationProgress, migrateRequestSchema } from '../wire/migration.js';
import type { Statistics } from '../wire/statistics.js';
import { type FrameType, jsonFrame, longestWhy } from '../wire/wire.js';

/** What a primary does for those who ask. */
export interface ControlApi {
  statistics(): Statistics;
  digest(): Promise<DigestReply>;
  /** Moves the guest, and tells how far that is and where it is then. Rejects with a ReplicationError if it stays. */
  migrate(order: MigrateRequest, tell: (progress: MigrationProgress) => void): Promise<void>;
}

const answered = new Set<FrameType>(['digest-request', 'statistics-request', 'migrate']);

/** Answers those who ask about a primary's guest, or ask for it to be moved. */
export class ControlEndpoint implements FrameReceiver {
  readonly #peer: Peer;
  readonly #control: ControlApi;

  constructor(peer: Peer, control: ControlApi) {
    this.#peer = peer;
    this.#control = control;
  }

  expects(type: FrameType): boolean {
    return answered.has(type);
  }

  frame(type: FrameType, body: Buffer): void {
    const { socket } = this.#peer;
    if (type === 'statistics-request') socket.write(jsonFrame('statistics', this.#control.statistics()));
    else if (type === 'migrate') this.#migrate(parseBody(type, body, migrateRequestSchema));
    else this.#control.digest().then((digest) => socket.write(jsonFrame('digest', digest)));
  }

  async #migrate(order: MigrateRequest): Promise<void> {
    const tell = (progress: MigrationProgress) => this.#peer.socket.write(jsonFrame('migration', progress));
    try {
      await this.#control.migrate(order, tell);
    } catch (error) {
      if (!(error instanceof ReplicationError)) throw error;
      tell({ kind: 'failed', why: error.message.slice(0, longestWhy) });
    }
  }
}
