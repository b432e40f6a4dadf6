import { bootIdentity } from '../clock.js';
import { ReplicationError } from '../error.js';
import { FrameReader, type FrameReceiver } from './frames.js';
import { type Hello, ListeningHandshake, refusal, type Terms } from './handshake.js';
import type { Peer } from './listener.js';

/** Most bytes that may wait for someone who does not read what it is told. */
const mostUnreadBytes = 1_048_576;

/** What a server does with those who connect. */
export interface ConnectionHandler {
  /** The shared secret; empty for none. */
  readonly secret: string;
  /**
   * On which terms the peer gets what it asks for.
   * @throws ReplicationError to refuse it, with the reason.
   */
  check(hello: Hello, peer: Peer): Terms;
  /** The receiver of what the peer sends from now on: checked frames, or the bytes as they come. */
  enter(hello: Hello, peer: Peer): FrameReceiver | { bytes(chunk: Buffer): void };
}

/** Takes a new connection through the handshake, and hands on what it sends. A peer that breaks the protocol is told why, and dismissed. */
export function handleConnection(peer: Peer, handler: ConnectionHandler): void {
  const { socket } = peer;
  let raw: { bytes(chunk: Buffer): void } | null = null;
  const reader = new FrameReader(
    new ListeningHandshake({
      secret: handler.secret,
      boot: bootIdentity(),
      send: (frame) => socket.write(frame),
      check: (hello) => {
        const terms = handler.check(hello, peer);
        peer.admit();
        return terms;
      },
      enter: (hello) => {
        const next = handler.enter(hello, peer);
        if ('bytes' in next) raw = next;
        else reader.receiver = next;
      },
    }),
  );
  socket.on('data', (chunk: Buffer) => {
    try {
      if (raw !== null) return raw.bytes(chunk);
      reader.push(chunk);
      if (socket.writableLength > mostUnreadBytes) {
        throw new ReplicationError(`it does not read: ${socket.writableLength} bytes wait for it`);
      }
    } catch (error) {
      if (!(error instanceof ReplicationError)) throw error;
      socket.write(refusal(error));
      peer.dismiss(error.message);
    }
  });
  socket.on('end', () => {
    if (reader.insideFrame) peer.dismiss('the connection ended inside a frame; what was torn is dropped');
  });
}
