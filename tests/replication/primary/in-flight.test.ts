import { Socket } from 'node:net';
import { expect, test } from 'vitest';
import { InFlightEpochs } from '../../../replication/primary/in-flight.js';
import { Session } from '../../../replication/primary/session.js';
import { Moments } from '../../../replication/primary/stage-times.js';

const nothing = () => {};
const client = { requestBytes: 1, responseBytes: 1, ready: nothing, slow: nothing, stuck: nothing };

function transaction(name: string) {
  const session = new Session({ socket: new Socket(), ...client });
  return { session, response: Buffer.from(name), moments: new Moments(0, 0) };
}

function epochs(...numbers: number[]): InFlightEpochs {
  const outstanding = new InFlightEpochs();
  for (const epoch of numbers) {
    const transactions = [transaction(`${epoch}a`), transaction(`${epoch}b`)];
    outstanding.add({ number: epoch, transactions, frames: Buffer.alloc(epoch * 10) });
  }
  return outstanding;
}

test('epochs are acknowledged in the order they were sent, and in no other', () => {
  const outstanding = epochs(4, 5, 6);
  expect(outstanding.bytes).toBe(150);
  expect(() => outstanding.acknowledge(5)).toThrow('it acknowledged number 5, which was not due');
  expect(outstanding.acknowledge(4).transactions.map(({ response }) => String(response))).toEqual(['4a', '4b']);
  expect(() => outstanding.acknowledge(4)).toThrow('which was not due');
  expect(outstanding).toMatchObject({ count: 2, bytes: 110 });
});

test('what is abandoned comes out in order, and nothing is left', () => {
  const outstanding = epochs(1, 2);
  expect(outstanding.abandon().map(({ response }) => String(response))).toEqual(['1a', '1b', '2a', '2b']);
  expect(outstanding).toMatchObject({ count: 0, bytes: 0 });
  expect(() => outstanding.acknowledge(1)).toThrow('not due');
});
