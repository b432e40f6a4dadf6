import { createConnection, type Socket } from 'node:net';
import { type Address, formatAddress } from '../address.js';
import { bootIdentity } from '../clock.js';
import { ReplicationError, SupersededError, UnreachableError } from '../error.js';
import { DirectSocket } from './direct.js';
import { FrameReader } from './frames.js';
import { ConnectingHandshake, type Welcome, type Wish } from './handshake.js';

/** Where to connect, and what to ask for there. */
export interface ConnectOptions {
  readonly address: Address;
  readonly wish: Wish;
  /** The shared secret; empty for none. */
  readonly secret: string;
  /** How long connecting and the handshake may take together, in milliseconds. */
  readonly timeoutMs: number;
  /** How long a wait for the other side may look for its message without sleeping, in microseconds; absent: never. */
  readonly pollUs?: number;
  /** Aborted: the attempt, or the connection, is given up. */
  readonly signal?: AbortSignal;
}

const receiveBytes = 65_536;

/** A connection that the other side has welcomed. */
export class Connection {
  readonly socket: Socket;
  /** Whether both sides read the same clock, because they run on the same machine. */
  readonly sharesClock: boolean;
  /** What a primary was granted, in milliseconds; 0: no lease is needed. */
  readonly leaseMs: number;
  /** The socket by system calls; null where they cannot be made. What it receives comes through `receive` too. */
  readonly direct: DirectSocket | null;
  /** Takes what comes; the bytes are only valid during the call. */
  receive: (bytes: Buffer) => void = () => {};
  /** Called once when the connection is over. `why` is null if the other side closed it in order. */
  closed: (why: string | null) => void = () => {};

  constructor(socket: Socket, direct: DirectSocket | null, { boot, leaseMs }: Welcome) {
    this.socket = socket;
    this.direct = direct;
    this.sharesClock = boot !== '' && boot === bootIdentity();
    this.leaseMs = leaseMs;
  }
}

/**
 * Connects and shakes hands. It rests on a rule of the protocol: after its welcome the listening side says nothing, except `refused`, until
 * it is asked for something. What comes in one piece with the welcome is still read as a part of the handshake, which takes nothing else.
 * @throws SupersededError if the other side serves the guest itself; UnreachableError if nobody answers, or not in time;
 * another ReplicationError if the wish is refused, the secrets differ, or something else than dirtybench answers.
 */
export function connect({ address, wish, secret, timeoutMs, pollUs = 0, signal }: ConnectOptions): Promise<Connection> {
  const name = formatAddress(address);
  return new Promise((resolve, reject) => {
    let connection: Connection | null = null;
    let failure: Error | null = null;
    const fail = (error: Error) => {
      failure ??= error;
      socket.destroy();
    };
    const handshake = new ConnectingHandshake(wish, secret, (frame) => socket.write(frame), welcomed);
    const reader = new FrameReader(handshake);
    const receive = (bytes: Buffer) => {
      try {
        if (connection === null) reader.push(bytes);
        else connection.receive(bytes);
      } catch (error) {
        if (!(error instanceof ReplicationError)) throw error;
        fail(error);
      }
    };
    const socket = createConnection({
      ...address,
      noDelay: true,
      keepAlive: true,
      // One buffer for all that comes: no allocation and no stream machinery for each piece.
      onread: {
        buffer: Buffer.allocUnsafeSlow(receiveBytes),
        callback: (length, buffer) => {
          const bytes = Buffer.from(buffer.buffer, buffer.byteOffset, length);
          if (connection?.direct == null) receive(bytes);
          else connection.direct.handOn(bytes);
          return true;
        },
      },
    });
    const giveUp = () => fail(new ReplicationError('given up'));
    signal?.addEventListener('abort', giveUp);
    const deadline = setTimeout(() => fail(new UnreachableError(`no answer within ${timeoutMs} ms`)), timeoutMs);
    socket.on('connect', () => handshake.open());
    socket.on('error', fail);
    socket.on('end', () => socket.destroy());
    socket.on('close', () => {
      clearTimeout(deadline);
      signal?.removeEventListener('abort', giveUp);
      if (connection !== null) connection.closed(failure?.message ?? null);
      else reject(failedAs(failure, name));
    });
    function welcomed(welcome: Welcome): void {
      clearTimeout(deadline);
      connection = new Connection(socket, DirectSocket.on(socket, receive, pollUs), welcome);
      resolve(connection);
    }
  });
}

function failedAs(failure: Error | null, name: string): ReplicationError {
  const message = `${name}: ${failure?.message ?? 'closed the connection without a word'}`;
  if (failure instanceof SupersededError) return new SupersededError(message);
  const isOfSystem = failure !== null && 'code' in failure;
  return failure === null || isOfSystem || failure instanceof UnreachableError
    ? new UnreachableError(message)
    : new ReplicationError(message);
}
