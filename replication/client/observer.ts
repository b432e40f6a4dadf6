import type { z } from 'zod';
import type { Address } from '../address.js';
import { ReplicationError } from '../error.js';
import { type DigestReply, digestReplySchema } from '../memory/digest.js';
import { connect } from '../wire/connection.js';
import { FrameReader } from '../wire/frames.js';
import { parseBody, readRefusal } from '../wire/handshake.js';
import { type Statistics, statisticsSchema } from '../wire/statistics.js';
import { type FrameType, jsonFrame } from '../wire/wire.js';

/** Whom an observer asks, and how long it waits. */
export interface ObserveOptions {
  readonly address: Address;
  readonly secret: string;
  /** Milliseconds for connecting, and for the answer. */
  readonly timeoutMs: number;
}

/**
 * Asks a standby, or a primary and through it its standby, what memory and vCPU state are.
 * @throws ReplicationError if there is no answer.
 */
export function askDigest(options: ObserveOptions): Promise<DigestReply> {
  return ask(options, 'digest-request', 'digest', digestReplySchema);
}

/** Asks a primary what its transactions took since it was last asked. @throws ReplicationError if there is no answer. */
export function askStatistics(options: ObserveOptions): Promise<Statistics> {
  return ask(options, 'statistics-request', 'statistics', statisticsSchema);
}

async function ask<T>(options: ObserveOptions, request: FrameType, reply: FrameType, schema: z.ZodType<T>): Promise<T> {
  const connection = await connect({ ...options, wish: { role: 'observer' } });
  try {
    return await new Promise<T>((resolve, reject) => {
      const fail = (why: string) => reject(new ReplicationError(`no ${reply}: ${why}`));
      const reader = new FrameReader({
        expects: (type) => type === reply || type === 'refused',
        frame: (type, body) => {
          if (type === 'refused') fail(readRefusal(body).message);
          else resolve(parseBody(type, body, schema));
        },
      });
      connection.receive = (bytes) => reader.push(bytes);
      connection.closed = (why) => fail(why ?? 'the other side closed the connection');
      connection.socket.setTimeout(options.timeoutMs, () => fail(`not within ${options.timeoutMs} ms`));
      connection.socket.write(jsonFrame(request, {}));
    });
  } finally {
    connection.socket.destroy();
  }
}
