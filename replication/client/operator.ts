import type { Move, PrecopyRound } from '../../results/migrations.js';
import { type Address, parseAddress } from '../address.js';
import { ReplicationError } from '../error.js';
import { connect } from '../wire/connection.js';
import { FrameReader } from '../wire/frames.js';
import { parseBody, readRefusal } from '../wire/handshake.js';
import { type MigrateRequest, migrationProgressSchema } from '../wire/migration.js';
import { jsonFrame } from '../wire/wire.js';

/** What migration is asked for, and of whom. */
export interface AskMigrationOptions {
  /** The primary whose guest is to be moved. */
  readonly address: Address;
  readonly secret: string;
  /** Milliseconds for connecting; the migration itself takes as long as it takes. */
  readonly timeoutMs: number;
  readonly order: MigrateRequest;
  /** A round of pre-copy is over. */
  readonly round: (round: PrecopyRound) => void;
}

/** A guest that was moved, and where it serves now. */
export interface Moved {
  readonly move: Move;
  readonly serving: Address;
}

/**
 * Asks a primary to move its guest to another process, and waits until it has. If this process ends before, the migration
 * goes on.
 * @throws ReplicationError if it is refused, fails, or does not converge where that is not allowed; and if nobody can say
 * whether it was moved.
 */
export async function askMigration({ order, round, ...options }: AskMigrationOptions): Promise<Moved> {
  const connection = await connect({ ...options, wish: { role: 'observer' } });
  try {
    return await new Promise<Moved>((resolve, reject) => {
      const end = (why: string) => reject(new ReplicationError(why));
      const fail = (why: string) => end(`not moved: ${why}`);
      const reader = new FrameReader({
        expects: (type) => type === 'migration' || type === 'refused',
        frame: (type, body) => {
          if (type === 'refused') return fail(readRefusal(body).message);
          const progress = parseBody(type, body, migrationProgressSchema);
          if (progress.kind === 'round') round(progress.round);
          else if (progress.kind === 'failed') fail(progress.why);
          else if (progress.kind === 'handed-over') end(progress.why);
          else resolve({ move: progress.move, serving: parseAddress(progress.serving) });
        },
      });
      connection.receive = (bytes) => reader.push(bytes);
      connection.closed = (why) =>
        end(`whether it was moved is not known: ${why ?? 'the primary closed the connection'}`);
      connection.socket.write(jsonFrame('migrate', order));
    });
  } finally {
    connection.socket.destroy();
  }
}
