import type { Histogram } from 'hdr-histogram-js';
import { type Address, formatAddress } from '../address.js';
import { now } from '../clock.js';
import { OutputCommitViolation, ReplicationError } from '../error.js';
import { requestHeaderBytes, responseHeaderBytes } from '../guest/service.js';
import type { Connection } from '../wire/connection.js';
import { checkAnswer, readAnswer } from './answer.js';
import { type DialerOptions, type Dialled, dial } from './dialer.js';
import type { AnswerRecorder } from './recorder.js';

/** What clients count together. */
export interface Tally {
  /** Nanoseconds from when each request was due to when its response was whole. */
  readonly latency: Histogram;
  transactions: number;
  /** Times a client went on over another connection, having lost one or waited in vain. */
  failovers: number;
  /** Requests sent again because their connection had gone; and of these, those that the guest had done already. */
  repeated: number;
  repeatedDone: number;
  /** Something went wrong that a client cannot mend: it is over. */
  failed(error: Error): void;
}

/** Whom a client asks, and how. */
export interface ClientOptions {
  /** Servers to ask, of which one serves; with several, a client that gets no answers looks for one that gives them. */
  readonly addresses: readonly Address[];
  readonly secret: string;
  /** The client's place in the guest's table: a number of its own among those who load the guest together. */
  readonly key: number;
  /** Number of the client's first request; they are consecutive, in numbers that no other client with the same place uses. */
  readonly firstSequence: number;
  readonly requestBytes: number;
  readonly responseBytes: number;
  readonly connectTimeoutMs: number;
  /** How long to look for a server after a loss, in milliseconds; 0: a lost connection is an error. */
  readonly patienceMs: number;
  readonly recorder: AnswerRecorder;
}

interface Request {
  readonly sequence: number;
  readonly dueNs: number;
  /** It has left over some connection. One that fell due while there was none has not. */
  sent: boolean;
  /** The highest count that any client had been told when this was sent: the guest's answer must count higher. */
  floor: number;
}

/**
 * After so many milliseconds without an answer a client looks whether another server gives it. After the longer time it
 * also goes back to one that it has left for its silence; sooner, that would lead from a standby that has taken over, and
 * is only slow, to a primary that lets clients in and may not answer.
 */
const silenceMs = 200;
const longSilenceMs = 2000;

/**
 * One client of the guest's service. Requests may be sent ahead; responses come in their order. A client that has lost its
 * server goes on with the next one, and repeats there what was not answered: the guest says in `previous` whether it had
 * done that already. What the guest says is checked, as far as the sizes allow: it answers this request, its running
 * count is above all that was acknowledged before, and its table has what it acknowledged to this client.
 */
export class Client {
  /** A response has come. */
  answered: () => void = () => {};
  /** Takes a connection that was given up while still open; closed unless this is replaced. */
  abandoned: (connection: Connection, address: Address) => void = ({ socket }) => socket.destroy();
  readonly #options: ClientOptions;
  readonly #dialling: DialerOptions;
  readonly #response: Buffer;
  readonly #checks: boolean;
  readonly #unanswered: Request[] = [];
  #tally: Tally;
  #connection: Connection | null = null;
  #address: Address;
  #search: AbortController | null = null;
  #watch: NodeJS.Timeout | null = null;
  /** Servers that were left for their silence, since a connection was last lost. */
  readonly #left = new Set<Address>();
  #filled = 0;
  #sequence: number;
  /** The last request of this client that was answered. */
  #acknowledged: number;
  #answeredNs = 0;
  #movedNs = 0;
  #longestWaitNs = 0;

  private constructor(options: ClientOptions, dialling: DialerOptions, dialled: Dialled, tally: Tally) {
    this.#options = options;
    this.#dialling = dialling;
    this.#tally = tally;
    this.#response = Buffer.alloc(options.responseBytes);
    this.#checks = options.requestBytes >= requestHeaderBytes && options.responseBytes >= responseHeaderBytes;
    this.#sequence = options.firstSequence - 1;
    this.#acknowledged = this.#sequence;
    this.#address = dialled.address;
    this.#adopt(dialled);
    if (options.patienceMs > 0 && options.addresses.length > 1) {
      this.#watch = setInterval(() => this.#checkSilence(), silenceMs / 4);
    }
  }

  /** @throws ReplicationError if nobody serves at any of the addresses. */
  static async open(options: ClientOptions, tally: Tally): Promise<Client> {
    const { addresses, secret, requestBytes, responseBytes, connectTimeoutMs: timeoutMs } = options;
    const dialling = { secret, timeoutMs, wish: { role: 'client', requestBytes, responseBytes } } as const;
    return new Client(options, dialling, await dial(addresses, dialling, 0), tally);
  }

  /** Requests not answered, also those that wait for a connection. */
  get outstanding(): number {
    return this.#unanswered.length;
  }

  /** Whom it asks now. */
  get address(): Address {
    return this.#address;
  }

  /** The longest that it waited for an answer while none came, in nanoseconds. */
  get longestWaitNs(): number {
    return this.#longestWaitNs;
  }

  /** From now on count there. */
  countIn(tally: Tally): void {
    this.#tally = tally;
    this.#longestWaitNs = 0;
  }

  /** Sends a request that was due at that time. */
  request(dueNs: number): void {
    const request = { sequence: ++this.#sequence, dueNs, sent: false, floor: 0 };
    this.#unanswered.push(request);
    if (this.#connection !== null) this.#send(request, this.#connection);
  }

  close(): void {
    if (this.#watch !== null) clearInterval(this.#watch);
    this.#search?.abort();
    if (this.#connection === null) return;
    this.#connection.closed = () => {};
    this.#connection.socket.destroy();
  }

  #send(request: Request, { socket }: Connection): void {
    const { key, requestBytes, recorder } = this.#options;
    const bytes = Buffer.allocUnsafe(Math.max(requestHeaderBytes, requestBytes)).fill(0, requestHeaderBytes);
    bytes.writeBigUInt64LE(BigInt(key), 0);
    bytes.writeBigUInt64LE(BigInt(request.sequence), 8);
    request.sent = true;
    request.floor = recorder.highest;
    socket.write(bytes.subarray(0, requestBytes));
  }

  #adopt({ connection, address }: Dialled): void {
    this.#connection = connection;
    this.#address = address;
    this.#filled = 0;
    connection.receive = (bytes) => this.#receive(bytes);
    connection.closed = (why) => this.#lose(why ?? 'the server closed the connection');
  }

  #lose(why: string): void {
    this.#connection = null;
    this.#left.clear();
    if (this.#options.patienceMs > 0) this.#look(this.#options.addresses);
    else this.#fail(new ReplicationError(`lost a connection: ${why}`));
  }

  #checkSilence(): void {
    const [oldest] = this.#unanswered;
    if (oldest === undefined || this.#search !== null || this.#connection === null) return;
    const silentMs = (now() - Math.max(oldest.dueNs, this.#answeredNs, this.#movedNs)) / 1e6;
    if (silentMs < silenceMs) return;
    if (silentMs >= longSilenceMs) this.#left.clear();
    const others = this.#options.addresses.filter((address) => address !== this.#address && !this.#left.has(address));
    if (others.length > 0) this.#look(others);
  }

  /** Looks for a server at these addresses, and goes on there. */
  async #look(addresses: readonly Address[]): Promise<void> {
    this.#search?.abort();
    const search = new AbortController();
    this.#search = search;
    try {
      const dialled = await dial(addresses, this.#dialling, this.#options.patienceMs, search.signal);
      this.#search = null;
      this.#moveTo(dialled);
    } catch (error) {
      if (search.signal.aborted) return;
      const why = error instanceof Error ? error.message : String(error);
      this.#fail(new ReplicationError(`nobody serves, for ${this.#options.patienceMs} ms (--patience): ${why}`));
    }
  }

  #moveTo(dialled: Dialled): void {
    const old = this.#connection;
    this.#movedNs = now();
    if (old !== null) {
      this.#left.add(this.#address);
      old.closed = () => {};
      old.receive = () => {};
      this.abandoned(old, this.#address);
    }
    this.#adopt(dialled);
    this.#tally.failovers++;
    for (const request of this.#unanswered) this.#sendAnew(request, dialled.connection);
  }

  /** Sends what was not answered over another connection; it is counted as repeated if it had been sent before. */
  #sendAnew(request: Request, connection: Connection): void {
    if (request.sent) {
      this.#tally.repeated++;
      this.#options.recorder.repeated(this.#options.key, request.sequence);
    }
    this.#send(request, connection);
  }

  #receive(bytes: Buffer): void {
    let offset = 0;
    while (offset < bytes.length) {
      const taken = bytes.copy(this.#response, this.#filled, offset);
      offset += taken;
      this.#filled += taken;
      if (this.#filled < this.#response.length) return;
      this.#filled = 0;
      this.#takeResponse();
    }
  }

  #takeResponse(): void {
    this.#search?.abort();
    this.#search = null;
    const request = this.#unanswered.shift();
    if (request === undefined) {
      this.#fail(new OutputCommitViolation('a response that was not asked for'));
      return;
    }
    const at = now();
    this.#longestWaitNs = Math.max(this.#longestWaitNs, at - Math.max(this.#answeredNs, request.dueNs));
    this.#answeredNs = at;
    this.#tally.latency.recordValue(Math.round(at - request.dueNs));
    this.#tally.transactions++;
    if (this.#checks) this.#check(request);
    this.#acknowledged = request.sequence;
    this.answered();
  }

  #check({ sequence, floor }: Request): void {
    const { key, firstSequence: first, recorder } = this.#options;
    const answer = readAnswer(this.#response);
    const expected = { sequence, floor, acknowledged: this.#acknowledged, first, last: this.#sequence };
    try {
      this.#tally.repeatedDone += checkAnswer(answer, expected, formatAddress(this.#address));
      recorder.told({ ...answer, key });
    } catch (error) {
      if (!(error instanceof OutputCommitViolation)) throw error;
      this.#fail(error);
    }
  }

  #fail(error: Error): void {
    this.close();
    this.#tally.failed(error);
  }
}
