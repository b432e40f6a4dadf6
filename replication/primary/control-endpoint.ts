import { ReplicationError } from '../error.js';
import type { DigestReply } from '../memory/digest.js';
import type { FrameReceiver } from '../wire/frames.js';
import { parseBody } from '../wire/handshake.js';
import type { Visitor } from '../wire/listener.js';
import { type Order, orderSchema, type Tidings } from '../wire/migration.js';
import type { Statistics } from '../wire/statistics.js';
import { type FrameType, jsonFrame } from '../wire/wire.js';

/** What a primary does for those who ask. */
export interface Inquiries {
  statistics(): Statistics;
  digest(): Promise<DigestReply>;
  /** Moves the guest, and tells how far that is. Rejects with a ReplicationError if it stays. */
  migrate(order: Order, tell: (tidings: Tidings) => void): Promise<void>;
}

const answered = new Set<FrameType>(['digest-request', 'statistics-request', 'migrate']);

/** Answers those who ask about a primary's guest, or ask for it to be moved. */
export class Desk implements FrameReceiver {
  readonly #visitor: Visitor;
  readonly #inquiries: Inquiries;

  constructor(visitor: Visitor, inquiries: Inquiries) {
    this.#visitor = visitor;
    this.#inquiries = inquiries;
  }

  expects(type: FrameType): boolean {
    return answered.has(type);
  }

  frame(type: FrameType, body: Buffer): void {
    const { socket } = this.#visitor;
    if (type === 'statistics-request') socket.write(jsonFrame('statistics', this.#inquiries.statistics()));
    else if (type === 'migrate') this.#migrate(parseBody(type, body, orderSchema));
    else this.#inquiries.digest().then((digest) => socket.write(jsonFrame('digest', digest)));
  }

  async #migrate(order: Order): Promise<void> {
    const tell = (tidings: Tidings) => this.#visitor.socket.write(jsonFrame('migration', tidings));
    try {
      await this.#inquiries.migrate(order, tell);
    } catch (error) {
      if (!(error instanceof ReplicationError)) throw error;
      tell({ kind: 'failed', why: error.message.slice(0, 900) });
    }
  }
}
