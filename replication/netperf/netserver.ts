import { type Address, formatAddress, isLoopback } from '../address.js';
import { Events, type Log } from '../events.js';
import { service } from '../guest/service.js';
import { Listener, type ListenerLimits, type Peer } from '../wire/listener.js';
import { messageBytes, readControl, type TestRequest, writeRefusal, writeResponse, writeResults } from './message.js';
import { type RequestServer, RequestTest } from './test.js';

/** Where netperf connects, and who answers it. */
export interface NetserverOptions {
  readonly address: Address;
  readonly server: RequestServer;
  readonly log: Log;
  readonly limits?: Partial<ListenerLimits>;
}

/**
 * Stands in for netserver, so that an unmodified netperf measures the guest: it speaks the control protocol of a TCP
 * request/response test, and the guest answers on the data connection. The protocol knows no secret.
 */
export class Netserver {
  readonly #listener: Listener;

  private constructor(listener: Listener) {
    this.#listener = listener;
  }

  /** @throws ReplicationError if it cannot listen. */
  static async open({ address, server, log, limits }: NetserverOptions): Promise<Netserver> {
    const events = new Events(log);
    const listener = await Listener.open({
      what: 'netperf',
      address,
      events,
      accept: (peer) => new Control(peer, server, events),
      ...(limits && { limits }),
    });
    if (!isLoopback(address.host)) {
      events.say(
        `netperf: ${formatAddress(listener.address)} is reachable beyond loopback, and its protocol knows no secret`,
      );
    }
    return new Netserver(listener);
  }

  get address(): Address {
    return this.#listener.address;
  }

  close(): void {
    this.#listener.close();
  }
}

/** A client's control connection: one test after the other. */
class Control {
  readonly #peer: Peer;
  readonly #server: RequestServer;
  readonly #events: Events;
  readonly #message = Buffer.alloc(messageBytes);
  #filled = 0;
  #admitted = false;
  #test: RequestTest | null = null;

  constructor(peer: Peer, server: RequestServer, events: Events) {
    this.#peer = peer;
    this.#server = server;
    this.#events = events;
    peer.socket.on('data', (chunk: Buffer) => this.#receive(chunk));
    peer.socket.on('end', () => {
      if (this.#filled > 0) peer.dismiss(`the connection ended after ${this.#filled} of ${messageBytes} bytes`);
    });
    peer.socket.on('close', () => this.#test?.abandon());
  }

  #receive(chunk: Buffer): void {
    let offset = 0;
    while (offset < chunk.length) {
      const taken = chunk.copy(this.#message, this.#filled, offset);
      offset += taken;
      this.#filled += taken;
      if (this.#filled < messageBytes) return;
      this.#filled = 0;
      if (!this.#obey()) return;
    }
  }

  /** Does what the message says; false if the connection is over with that. */
  #obey(): boolean {
    const { socket, name, dismiss } = this.#peer;
    const message = readControl(this.#message, service.mostBytes);
    if (message.kind === 'foreign' || this.#test !== null) {
      dismiss(message.kind === 'foreign' ? message.why : 'a message in the middle of a test');
      return false;
    }
    if (message.kind === 'passphrase') return true;
    if (message.kind === 'unsupported') {
      this.#events.sayOften(
        'netperf: refused',
        `netperf: refusing ${name} with error ${message.errno}: ${message.why}`,
      );
      socket.write(writeRefusal(message.errno));
      return true;
    }
    return this.#admit() && this.#begin(message);
  }

  #admit(): boolean {
    try {
      if (!this.#admitted) this.#peer.admit();
      this.#admitted = true;
    } catch (error) {
      this.#peer.dismiss(error instanceof Error ? error.message : String(error));
    }
    return this.#admitted;
  }

  #begin(request: TestRequest): boolean {
    const { socket, name } = this.#peer;
    this.#test = new RequestTest(request, this.#peer, this.#server, {
      listening: (port) => socket.write(writeResponse(request, port)),
      failed: (why, errno) => {
        this.#test = null;
        this.#events.sayOften('netperf: no data port', `netperf: ${name}: no data connection: ${why}`);
        if (errno !== null) socket.write(writeRefusal(errno));
      },
      done: (results) => {
        this.#test = null;
        const { transactions, seconds } = results;
        this.#events.say(`netperf: test of ${name} is over: ${transactions} transactions in ${seconds.toFixed(2)} s`);
        socket.write(writeResults(results));
      },
    });
    this.#events.say(`netperf: ${name} tests ${request.requestBytes} bytes to ${request.responseBytes}`);
    return true;
  }
}
