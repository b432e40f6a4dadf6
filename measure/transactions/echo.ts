import { createServer } from 'node:net';
import { StreamSocket } from '../../kernel/socket.js';
import { descriptorOf } from '../../replication/wire/direct.js';
import { receiveAll, sendAll, type Waiting } from './exchange.js';

/** What the other side of an exchange tells the process that started it, over their channel: its port on loopback. */
export interface Listening {
  readonly port: number;
}

/** What `floor.ts` starts this program with: how to wait, and how many bytes come and go. */
const [how, messageBytes, answerBytes] = process.argv.slice(2);
const waiting: Waiting = how === 'polling' ? how : 'blocking';

// The other side of an exchange, a program of its own: says where it listens, and answers every message of so many bytes by
// one of so many, in system calls alone, until the connection is over.
const server = createServer({ noDelay: true, pauseOnConnect: true }, (connection) => {
  server.close();
  const descriptor = descriptorOf(connection);
  if (descriptor !== null) {
    const socket = new StreamSocket(descriptor);
    const [message, answer] = [Buffer.alloc(Number(messageBytes)), Buffer.alloc(Number(answerBytes))];
    while (receiveAll(socket, message, waiting)) sendAll(socket, answer);
  }
  connection.destroy();
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  const listening: Listening = { port: typeof address === 'object' && address !== null ? address.port : 0 };
  // Whoever started it may be gone by now.
  process.send?.(listening, undefined, undefined, () => {});
});
