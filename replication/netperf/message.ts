/**
 * Messages of netserver's control protocol, as netperf 2.7 speaks it: 656 bytes each, a type and a word for an affinity or
 * an error number, then words of four bytes from offset 8 on, all big-endian. Only what a TCP request/response test
 * needs is read or written; what is not read by netperf stays zero.
 */
export const messageBytes = 656;

/** Types of messages that are told apart here. */
const types = { passphrase: 6, request: 97, response: 98, results: 99 } as const;
/** Types in use lie below this; what is above has not come from netperf. */
const highestType = 1000;

/** Error numbers as the client's system (Linux) counts them; netperf prints their text. */
export const errno = { io: 5, invalid: 22, messageSize: 90, notSupported: 95 } as const;

const word = (index: number) => 8 + 4 * index;

/** Words of the request. */
const request = {
  requestBytes: word(5),
  responseBytes: word(11),
  flags: word(12),
  length: word(14),
  dataPort: word(20),
  family: word(21),
  socketType: word(22),
  protocol: word(23),
  direction: word(24),
  priority: word(36),
  typeOfService: word(37),
} as const;
const connectionPerTransaction = 0x4;
const streamSocket = 1;
const tcp = 6;
const udp = 17;
const bothWays = 6;
const ipv6 = 6;

/** Words of the response and of the results. */
const response = {
  requestBytes: word(1),
  responseBytes: word(4),
  dataPort: word(11),
  priority: word(16),
  typeOfService: word(17),
} as const;
const results = {
  received: word(0),
  receives: word(2),
  sent: word(4),
  sends: word(6),
  transactions: word(9),
  seconds: word(10),
  cpu: word(20),
  retransmits: word(26),
} as const;

/** A TCP request/response test that a client asks for. */
export interface TestRequest {
  readonly kind: 'test';
  readonly requestBytes: number;
  readonly responseBytes: number;
  /** Seconds it runs; null if the client ends it by count or by hand. */
  readonly seconds: number | null;
  /** Port for the data connection; 0 for any. */
  readonly dataPort: number;
  readonly family: 4 | 6;
  /** The socket priority and type of service wanted, to be echoed. */
  readonly priority: number;
  readonly typeOfService: number;
}

/** What a client's message asks for. */
export type ControlMessage =
  | TestRequest
  /** Wants no reply. */
  | { readonly kind: 'passphrase' }
  /** A test that is not served: the reply carries the error number. */
  | { readonly kind: 'unsupported'; readonly errno: number; readonly why: string }
  /** Not from netperf. */
  | { readonly kind: 'foreign'; readonly why: string };

/** Reads the 656 bytes of a client's message. `mostBytes` is the longest request and response that can be served. */
export function readControl(message: Buffer, mostBytes: number): ControlMessage {
  const type = message.readUInt32BE(0);
  if (type === types.passphrase) return { kind: 'passphrase' };
  if (type === 0 || type > highestType) return { kind: 'foreign', why: `not netperf's control protocol: type ${type}` };
  if (type !== types.request) return unsupported(errno.notSupported, `a message of type ${type}`);
  const requestBytes = message.readInt32BE(request.requestBytes);
  const responseBytes = message.readInt32BE(request.responseBytes);
  const test = nameOfTest(message);
  if (test !== 'TCP_RR') return unsupported(errno.notSupported, `${test}: only TCP_RR is served`);
  if (requestBytes <= 0 || responseBytes <= 0) return unsupported(errno.invalid, 'a request or response of no size');
  if (Math.max(requestBytes, responseBytes) > mostBytes) {
    return unsupported(
      errno.messageSize,
      `${requestBytes} bytes to ${responseBytes}: the guest has room for ${mostBytes}`,
    );
  }
  const length = message.readInt32BE(request.length);
  return {
    kind: 'test',
    requestBytes,
    responseBytes,
    seconds: length > 0 ? length : null,
    dataPort: message.readUInt32BE(request.dataPort) & 0xffff,
    family: message.readUInt32BE(request.family) === ipv6 ? 6 : 4,
    priority: message.readInt32BE(request.priority),
    typeOfService: message.readInt32BE(request.typeOfService),
  };
}

/** The test that is asked for, by netperf's name where both directions are used; of any other only its protocol, and that it is one-way. */
function nameOfTest(message: Buffer): string {
  const isTcp =
    message.readUInt32BE(request.protocol) === tcp && message.readUInt32BE(request.socketType) === streamSocket;
  const protocol = isTcp ? 'TCP' : message.readUInt32BE(request.protocol) === udp ? 'UDP' : 'another protocol';
  if (message.readUInt32BE(request.direction) !== bothWays) return `${protocol}, one way`;
  const isReconnecting = (message.readUInt32BE(request.flags) & connectionPerTransaction) !== 0;
  return `${protocol}_${isReconnecting ? 'CRR' : 'RR'}`;
}

function unsupported(number: number, why: string): ControlMessage {
  return { kind: 'unsupported', errno: number, why };
}

/** Tells the client where to connect for data. */
export function writeResponse(test: TestRequest, dataPort: number): Buffer {
  const message = blank(types.response);
  message.writeInt32BE(test.requestBytes, response.requestBytes);
  message.writeInt32BE(test.responseBytes, response.responseBytes);
  message.writeUInt32BE(dataPort, response.dataPort);
  message.writeInt32BE(test.priority, response.priority);
  message.writeInt32BE(test.typeOfService, response.typeOfService);
  return message;
}

/** Refuses a test, with an error number that netperf prints. */
export function writeRefusal(number: number): Buffer {
  const message = blank(types.response);
  message.writeInt32BE(number, 4);
  return message;
}

/** What passed over the data connection. */
export interface TestResults {
  readonly received: number;
  readonly sent: number;
  readonly transactions: number;
  readonly seconds: number;
}

/** Tells the client what passed here. The words for this side's CPU use and retransmits are -1: not measured. */
export function writeResults({ received, sent, transactions, seconds }: TestResults): Buffer {
  const message = blank(types.results);
  message.writeBigUInt64BE(BigInt(received), results.received);
  message.writeUInt32BE(transactions, results.receives);
  message.writeBigUInt64BE(BigInt(sent), results.sent);
  message.writeUInt32BE(transactions, results.sends);
  message.writeUInt32BE(transactions, results.transactions);
  message.writeFloatBE(seconds, results.seconds);
  message.writeInt32BE(-1, results.cpu);
  message.writeInt32BE(-1, results.retransmits);
  return message;
}

function blank(type: number): Buffer {
  const message = Buffer.alloc(messageBytes);
  message.writeUInt32BE(type, 0);
  return message;
}
