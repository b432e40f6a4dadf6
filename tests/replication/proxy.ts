import { createConnection, createServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import type { Address } from '../../replication/address.js';

/** A way to a server on which things go wrong. */
export interface Proxy {
  readonly address: Address;
  /** From now on nothing of what the server says comes through; it is kept. */
  hold(): void;
  /** What was kept comes through, and all that follows. */
  release(): void;
  /** After so many more bytes from the client, both sides are cut off in the middle of whatever it is. */
  cutAfter(bytes: number): void;
  /** Flips a bit of what the client sends next. */
  damage(): void;
}

/** Opens a proxy to a server; it ends with the test. */
export async function openProxy(server: Address): Promise<Proxy> {
  const pairs: { client: Socket; upstream: Socket }[] = [];
  let left = Number.POSITIVE_INFINITY;
  let flip = false;
  const listener = createServer({ noDelay: true }, (client) => {
    const upstream = createConnection({ ...server, noDelay: true });
    pairs.push({ client, upstream });
    client.on('data', (chunk: Buffer) => {
      const sent = Buffer.from(chunk.subarray(0, left));
      if (flip) sent[sent.length >> 1] = (sent[sent.length >> 1] as number) ^ 1;
      flip = false;
      upstream.write(sent);
      left -= chunk.length;
      if (left <= 0) {
        client.destroy();
        upstream.end();
      }
    });
    upstream.on('data', (chunk) => client.write(chunk));
    for (const socket of [client, upstream]) {
      socket.on('error', () => {});
      socket.on('close', () => {
        client.destroy();
        upstream.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    listener.close();
    for (const { client } of pairs) client.destroy();
  });
  const bound = listener.address();
  return {
    address: { host: '127.0.0.1', port: typeof bound === 'object' && bound !== null ? bound.port : 0 },
    hold: () => {
      for (const { upstream } of pairs) upstream.pause();
    },
    release: () => {
      for (const { upstream } of pairs) upstream.resume();
    },
    cutAfter: (bytes) => {
      left = bytes;
    },
    damage: () => {
      flip = true;
    },
  };
}
