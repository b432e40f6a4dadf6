import { expect, test } from 'vitest';
import {
  errno,
  messageBytes,
  readControl,
  type TestRequest,
  writeRefusal,
  writeResponse,
  writeResults,
} from '../../../replication/netperf/message.js';

const zeros = (count: number) => Array.from({ length: count }, () => '00000000');

/** What netperf 2.7 sends for `-t TCP_RR -l 2 -- -r 128,1024`, in words. */
const requestWords = [
  ...'00000061 ffffffff ffffffff ffffffff 00000008 00000000 00000001 00000080 ffffffff ffffffff'.split(' '),
  ...'00000008 00000000 00000001 00000400 00000020 00000000 00000002 00000000 00000000 ffffffff'.split(' '),
  ...'ffffffff ffffffff 00000000 00000004 00000001 00000006 00000006'.split(' '),
  ...zeros(11),
  ...'ffffffff ffffffff'.split(' '),
];

/** The request with some words replaced, by their number. */
function request(changes: Record<number, string> = {}): Buffer {
  const words = requestWords.slice();
  for (const [word, value] of Object.entries(changes)) words[Number(word) + 2] = value;
  return Buffer.concat([Buffer.from(words.join(''), 'hex'), Buffer.alloc(messageBytes)], messageBytes);
}

const most = 65_536;
const test128: TestRequest = {
  kind: 'test',
  requestBytes: 128,
  responseBytes: 1024,
  seconds: 2,
  dataPort: 0,
  family: 4,
  priority: -1,
  typeOfService: -1,
};

test("netperf's request for a TCP_RR test is read word for word", () => {
  expect(readControl(request(), most)).toEqual(test128);
  expect(readControl(request({ 12: '00000028' }), most)).toEqual(test128);
  expect(readControl(request({ 14: 'fffffc18' }), most)).toEqual({ ...test128, seconds: null });
  expect(readControl(request({ 20: '00008ca9', 21: '00000006' }), most)).toEqual({
    ...test128,
    dataPort: 36009,
    family: 6,
  });
});

test('other tests are named, and get the error number that netperf prints as not supported', () => {
  const unsupported = { kind: 'unsupported', errno: errno.notSupported };
  const stream = { 5: 'ffffffff', 11: 'ffffffff', 24: '00000004' };
  const why = (test: string) => ({ ...unsupported, why: `${test}: only TCP_RR is served` });
  expect(readControl(request(stream), most)).toEqual(why('TCP, one way'));
  expect(readControl(request({ 24: '00000002' }), most)).toEqual(why('TCP, one way'));
  expect(readControl(request({ 23: '00000011', 22: '00000002' }), most)).toEqual(why('UDP_RR'));
  expect(readControl(request({ 12: '00000024' }), most)).toEqual(why('TCP_CRR'));
  expect(readControl(request({ [-2]: '0000012c' }), most)).toMatchObject(unsupported);
  expect(readControl(request({ 5: '00000000' }), most)).toMatchObject({ kind: 'unsupported', errno: errno.invalid });
  expect(readControl(request({ 11: '04000000' }), most)).toMatchObject({
    kind: 'unsupported',
    errno: errno.messageSize,
  });
  expect(writeRefusal(errno.notSupported).toString('hex')).toBe('000000620000005f'.padEnd(messageBytes * 2, '0'));
});

test('a passphrase wants no reply, and other bytes are foreign', () => {
  expect(readControl(request({ [-2]: '00000006' }), most)).toEqual({ kind: 'passphrase' });
  expect(readControl(request({ [-2]: '47455420' }), most)).toMatchObject({ kind: 'foreign' });
});

test('the response carries the data port in word 11 and echoes sizes, priority and type of service', () => {
  const response = writeResponse(test128, 36009);
  expect(response).toHaveLength(messageBytes);
  const words = ['00000062', '00000000', '00000000', '00000080', ...zeros(2), '00000400', ...zeros(6), '00008ca9'];
  const expected = [...words, ...zeros(4), 'ffffffff', 'ffffffff'].join('').padEnd(messageBytes * 2, '0');
  expect(response.toString('hex')).toBe(expected);
});

test('the results carry the counters where netserver puts them', () => {
  const results = writeResults({ received: 0x229b00, sent: 0x114d800, transactions: 0x4536, seconds: 2.003 });
  const vector =
    '00000063 00000000 00000000 00229b00 00004536 00000000 00000000 0114d800 00004536 00000000 00000000 00004536';
  expect(results.toString('hex', 0, 48)).toBe(vector.replaceAll(' ', ''));
  expect(results.readFloatBE(48)).toBeCloseTo(2.003, 5);
});
