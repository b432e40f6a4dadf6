import { createConnection, createServer, type Server, type Socket } from 'node:net';
import type { Address } from '../replication/address.js';

/** Which way bytes go: from the side that connects to the server, or back. */
export type Direction = 'there' | 'back';

const directions: readonly Direction[] = ['there', 'back'];

/** What is done to the bytes of a direction. */
interface Lane {
  held: boolean;
  delayMs: number;
  /** Bytes, over all connections, until the one that carries the last of them is cut. */
  left: number;
  /** Flips a bit of the next bytes. */
  flip: boolean;
}

/** Bytes on their way, or null: the end of the connection. */
interface Passing {
  readonly bytes: Buffer | null;
  readonly dueMs: number;
}

/** One direction of one connection: what waits, because it is held or delayed, and when it is due. */
interface Pipe {
  readonly from: Socket;
  readonly to: Socket;
  readonly lane: Lane;
  readonly waiting: Passing[];
  timer: NodeJS.Timeout | null;
}

/**
 * A TCP proxy in front of a server that injects faults when asked to: for tests and the soak. Bytes keep their order, and that one
 * side has closed its connection is heard on the other after them: while held, not at all.
 */
export class FaultProxy {
  readonly #server: Server;
  readonly #pipes = new Set<Pipe>();
  readonly #lanes: Record<Direction, Lane> = { there: newLane(), back: newLane() };

  private constructor(target: Address) {
    this.#server = createServer({ noDelay: true }, (client) => this.#join(client, target));
  }

  /** Opens a proxy for the server at `target`, on any free port. */
  static async open(target: Address): Promise<FaultProxy> {
    const proxy = new FaultProxy(target);
    await new Promise<void>((resolve) => proxy.#server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  get address(): Address {
    const bound = this.#server.address();
    return { host: '127.0.0.1', port: typeof bound === 'object' && bound !== null ? bound.port : 0 };
  }

  /** From now on nothing comes through in that direction; it is kept, and neither side is told. */
  hold(direction: Direction): void {
    this.#lanes[direction].held = true;
  }

  /** What was kept comes through, and all that follows. */
  release(direction: Direction): void {
    this.#lanes[direction].held = false;
    for (const pipe of this.#pipes) this.#pass(pipe);
  }

  /** From now on everything comes through in that direction, but so many milliseconds later. */
  delay(direction: Direction, ms: number): void {
    this.#lanes[direction].delayMs = ms;
  }

  /** After so many more bytes in that direction, counted over all connections, the connection that carries the last of them is cut. */
  cutAfter(direction: Direction, bytes: number): void {
    this.#lanes[direction].left = bytes;
  }

  /** Cuts every connection: both sides see it closed. */
  cut(): void {
    for (const pipe of this.#pipes) this.#drop(pipe);
  }

  /** Flips a bit of what is sent next in that direction. */
  damage(direction: Direction): void {
    this.#lanes[direction].flip = true;
  }

  /** Cuts every connection, and lets nobody in any more. */
  close(): void {
    this.#server.close();
    this.cut();
  }

  #join(client: Socket, target: Address): void {
    const upstream = createConnection({ ...target, noDelay: true });
    const ends: Record<Direction, [Socket, Socket]> = { there: [client, upstream], back: [upstream, client] };
    for (const direction of directions) {
      const [from, to] = ends[direction];
      const pipe: Pipe = { from, to, lane: this.#lanes[direction], waiting: [], timer: null };
      this.#pipes.add(pipe);
      from.on('data', (chunk: Buffer) => this.#take(pipe, Buffer.from(chunk)));
      from.on('error', () => {});
      from.on('close', () => this.#queue(pipe, null));
    }
  }

  #drop(pipe: Pipe): void {
    this.#pipes.delete(pipe);
    if (pipe.timer !== null) clearTimeout(pipe.timer);
    pipe.waiting.length = 0;
    pipe.from.destroy();
    pipe.to.destroySoon();
  }

  #take(pipe: Pipe, bytes: Buffer): void {
    const { lane } = pipe;
    if (lane.flip) bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] as number) ^ 1;
    lane.flip = false;
    this.#queue(pipe, bytes.subarray(0, lane.left));
    lane.left -= bytes.length;
    if (lane.left > 0) return;
    lane.left = Number.POSITIVE_INFINITY;
    this.#drop(pipe);
  }

  #queue(pipe: Pipe, bytes: Buffer | null): void {
    if (!this.#pipes.has(pipe)) return;
    pipe.waiting.push({ bytes, dueMs: performance.now() + pipe.lane.delayMs });
    this.#pass(pipe);
  }

  /** Passes on what is due, and comes back when more is. */
  #pass(pipe: Pipe): void {
    for (;;) {
      const [first] = pipe.waiting;
      if (first === undefined || pipe.lane.held || pipe.timer !== null) return;
      const waitMs = first.dueMs - performance.now();
      if (waitMs > 0) {
        pipe.timer = setTimeout(() => {
          pipe.timer = null;
          this.#pass(pipe);
        }, waitMs);
        return;
      }
      pipe.waiting.shift();
      if (first.bytes === null) this.#drop(pipe);
      else pipe.to.write(first.bytes);
    }
  }
}

function newLane(): Lane {
  return { held: false, delayMs: 0, left: Number.POSITIVE_INFINITY, flip: false };
}
