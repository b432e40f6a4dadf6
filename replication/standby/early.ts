import { ReplicationError } from '../error.js';
import type { Events } from '../events.js';
import { type Primary, refuseLargeMessages } from '../primary/primary.js';
import type { Session } from '../primary/session.js';
import type { ConnectionHandler } from '../wire/connection-handler.js';
import { type Hello, noLease } from '../wire/handshake.js';
import type { Peer } from '../wire/listener.js';

/** A client that waits for a guest on its way here. */
interface EarlyClient {
  readonly hello: Extract<Hello, { role: 'client' }>;
  /** What it sent, before its connection was paused. */
  readonly sent: Buffer[];
  session: Session | null;
}

/**
 * Clients of a guest that is being moved here: their connections are opened while it still serves elsewhere, so that
 * nothing is left to open while it stands still. They are read from once it serves.
 */
export class EarlyClients {
  readonly #clients = new Map<Peer, EarlyClient>();
  readonly #secret: string;
  readonly #events: Events;

  constructor(secret: string, events: Events) {
    this.#secret = secret;
    this.#events = events;
  }

  /** Lets them in. */
  get handler(): ConnectionHandler {
    return {
      secret: this.#secret,
      check: (hello) => {
        if (hello.role !== 'client') throw new ReplicationError('a guest is being moved here: ask where it serves now');
        refuseLargeMessages(hello);
        return noLease;
      },
      enter: (hello, peer) => this.#enter(hello, peer),
    };
  }

  /** The guest serves here from now on, through `primary`. */
  serve(primary: Primary): void {
    for (const [peer, client] of this.#clients) {
      const session = primary.client(client.hello, peer);
      client.session = session;
      for (const bytes of client.sent.splice(0)) session.bytes(bytes);
      peer.socket.resume();
    }
    this.#clients.clear();
  }

  /** The guest does not come. */
  dismiss(why: string): void {
    for (const peer of this.#clients.keys()) peer.dismiss(why);
    this.#clients.clear();
  }

  #enter(hello: Hello, peer: Peer): { bytes(chunk: Buffer): void } {
    if (hello.role !== 'client') throw new ReplicationError('only clients wait for a guest');
    const client: EarlyClient = { hello, sent: [], session: null };
    this.#clients.set(peer, client);
    this.#events.sayOften('early client', `standby: client ${peer.name} connected ahead of its guest`);
    peer.socket.on('close', () => this.#clients.delete(peer));
    return {
      bytes: (chunk) => {
        if (client.session !== null) return client.session.bytes(chunk);
        client.sent.push(chunk);
        peer.socket.pause();
      },
    };
  }
}
