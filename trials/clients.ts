import { type Address, formatAddress } from '../replication/address.js';
import { readAnswer } from '../replication/client/answer.js';
import { Client, type Tally } from '../replication/client/client.js';
import { emptyTally } from '../replication/client/load.js';
import { now } from '../replication/clock.js';
import { OutputCommitViolation, ReplicationError } from '../replication/error.js';
import { type Connection, connect } from '../replication/wire/connection.js';
import { AnswerHistory } from './history.js';
import { SplitBrainDetector } from './split-brain.js';

/** Sizes of the messages, in bytes. */
const sizes = { requestBytes: 128, responseBytes: 128 } as const;
/** How long anything may take, in milliseconds; what takes longer counts as failed. */
const patienceMs = 10_000;
/** Far enough apart that no client comes into another's numbers. */
const sequencesPerClient = 2 ** 32;

/** Bytes of a response to a trial's clients. */
export const trialResponseBytes = sizes.responseBytes;

/**
 * The clients of a trial: each asks again as soon as it is answered, goes on elsewhere when its server is gone, and listens
 * on at connections it has given up. What they are told is in a history.
 */
export class CheckedClients {
  readonly answers = new AnswerHistory();
  readonly tally: Tally;
  readonly #splitBrain: SplitBrainDetector;
  readonly #secret: string;
  #clients: Client[] = [];
  readonly #listening: Connection[] = [];
  readonly #closing = new AbortController();
  readonly #failure: Promise<never>;
  #fail: (error: Error) => void = () => {};
  #stopping = false;
  /** Called after each answer with the client that got it; whoever waits for answers puts itself here: one at a time. */
  #answered: (client: Client) => void = () => {};

  private constructor(secret: string, mostLate: number) {
    this.#secret = secret;
    this.#splitBrain = new SplitBrainDetector(mostLate);
    this.#failure = new Promise<never>((_, reject) => {
      this.#fail = reject;
    });
    this.#failure.catch(() => {});
    this.tally = emptyTally((error) => this.#fail(error));
  }

  /** `mostLate`: as in `SplitBrainDetector`. @throws ReplicationError if nobody serves. */
  static async open(
    addresses: readonly Address[],
    secret: string,
    count: number,
    mostLate = 0,
  ): Promise<CheckedClients> {
    const all = new CheckedClients(secret, mostLate);
    const options = { addresses, secret, ...sizes, connectTimeoutMs: patienceMs, patienceMs, recorder: all.answers };
    try {
      for (let key = 0; key < count; key++) {
        const firstSequence = 1 + key * sequencesPerClient;
        all.#clients.push(await Client.open({ ...options, key, firstSequence }, all.tally));
      }
    } catch (error) {
      all.close();
      throw error;
    }
    return all;
  }

  /** The longest that any client waited for an answer while none came, in nanoseconds. */
  get longestWaitNs(): number {
    return Math.max(...this.#clients.map(({ longestWaitNs }) => longestWaitNs));
  }

  /** Whether everyone asks there. */
  allAt(address: Address): boolean {
    return this.#clients.every((client) => formatAddress(client.address) === formatAddress(address));
  }

  /** The longest wait counts anew from now on. */
  forgetWaits(): void {
    for (const client of this.#clients) client.countIn(this.tally);
  }

  /** Begins to ask, or goes on after a `stop`. */
  start(): void {
    this.#stopping = false;
    for (const [key, client] of this.#clients.entries()) {
      client.abandoned = (connection, address) => this.#listenOn(connection, address, key);
      client.answered = () => this.#take(client);
      client.request(now());
    }
  }

  /** @throws what goes wrong for a client meanwhile. */
  during<T>(happening: Promise<T>): Promise<T> {
    return Promise.race([happening, this.#failure]);
  }

  /**
   * Resolves when every client has been answered from there.
   * @throws ReplicationError if that takes too long, or what goes wrong for a client meanwhile.
   */
  async answeredBy(address: Address): Promise<void> {
    const missing = new Set(this.#clients);
    const name = formatAddress(address);
    await this.#until(`answers from ${name} to ${missing.size} clients`, (resolve) => {
      this.#answered = (client) => {
        if (formatAddress(client.address) === name) missing.delete(client);
        if (missing.size === 0) resolve();
      };
    });
  }

  /** Resolves when every request is answered, and sends no more. */
  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#until('the last answers', (resolve) => {
      const look = () => {
        if (this.#clients.every(({ outstanding }) => outstanding === 0)) resolve();
      };
      this.#answered = look;
      look();
    });
  }

  /** Asks once at a server that must not answer any more, if it lets anyone in, and listens there from now on. */
  async probeOldPrimary(address: Address): Promise<void> {
    try {
      const wish = { role: 'client', ...sizes } as const;
      const connection = await connect({
        address,
        wish,
        secret: this.#secret,
        timeoutMs: patienceMs,
        signal: this.#closing.signal,
      });
      this.#listening.push(connection);
      connection.receive = () => {
        const name = formatAddress(address);
        this.#fail(new OutputCommitViolation(`${name} answered a request that came when its standby already served`));
      };
      connection.socket.write(Buffer.alloc(sizes.requestBytes));
    } catch (error) {
      if (!(error instanceof ReplicationError)) throw error;
    }
  }

  close(): void {
    this.#splitBrain.close();
    for (const client of this.#clients) client.close();
    for (const { socket } of this.#listening) socket.destroy();
    this.#closing.abort();
  }

  #take(client: Client): void {
    this.#hear(client.address);
    if (!this.#stopping) client.request(now());
    this.#answered(client);
  }

  /**
   * An answer that was on its way is one that a client was told. A client asks one thing at a time, so that at most one is still to come on
   * a connection; one of which a part came before the connection was given up is never whole, and not counted.
   */
  #listenOn(connection: Connection, address: Address, key: number): void {
    const response = Buffer.alloc(sizes.responseBytes);
    let filled = 0;
    this.#listening.push(connection);
    connection.closed = () => {};
    connection.receive = (bytes) => {
      filled += bytes.copy(response, filled);
      if (filled < response.length) return;
      filled = 0;
      this.#hear(address);
      this.answers.told({ ...readAnswer(response), key });
    };
  }

  #hear(address: Address): void {
    try {
      this.#splitBrain.heard(formatAddress(address));
    } catch (error) {
      if (!(error instanceof OutputCommitViolation)) throw error;
      this.#fail(error);
    }
  }

  async #until(what: string, begin: (resolve: () => void) => void): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const happening = new Promise<void>((resolve, reject) => {
      timer = setTimeout(() => reject(new ReplicationError(`waited ${patienceMs} ms for ${what}`)), patienceMs);
      begin(resolve);
    });
    try {
      await this.during(happening);
    } finally {
      clearTimeout(timer);
    }
  }
}
