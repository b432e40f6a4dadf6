import type { Socket } from 'node:net';
import type { Connection } from '../wire/connection.js';

/** Bytes that may wait for a side that does not read them, before the other is not read from. */
const mostUnreadBytes = 1_048_576;

/** Carries a client's bytes to another server and what that says back, each as fast as the other side reads. */
export class Relay {
  readonly #client: Socket;
  readonly #server: Connection;

  /** `answered` hears how many bytes go back to the client. */
  constructor(client: Socket, server: Connection, answered: (bytes: number) => void) {
    this.#client = client;
    this.#server = server;
    server.receive = (bytes) => {
      answered(bytes.length);
      pass(Buffer.from(bytes), server.socket, client);
    };
    server.closed = () => client.end();
  }

  /** Takes what the client sent. */
  bytes(chunk: Buffer): void {
    pass(chunk, this.#client, this.#server.socket);
  }

  /** The client is gone. */
  end(): void {
    this.#server.closed = () => {};
    this.#server.socket.end();
  }
}

function pass(bytes: Buffer, from: Socket, to: Socket): void {
  to.write(bytes);
  if (to.writableLength <= mostUnreadBytes || from.isPaused()) return;
  from.pause();
  to.once('drain', () => from.resume());
}
