import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FrameReader } from '../../../replication/wire/frames.js';
import { type FrameType, frameOf, frameTypes, headerBytes, WireError } from '../../../replication/wire/wire.js';

interface Seen {
  type: FrameType;
  body: string;
}

function readerInto(seen: Seen[]): FrameReader {
  return new FrameReader({
    expects: () => true,
    frame: (type, body) => seen.push({ type, body: body.toString('hex') }),
  });
}

const anyType = fc.constantFrom(...Object.keys(frameTypes)).map((name) => name as FrameType);
const anyFrame = fc
  .tuple(anyType, fc.uint8Array({ maxLength: 300 }))
  .map(([type, body]) => ({ type, body: Buffer.from(body.subarray(0, frameTypes[type].mostBytes)) }));

test('each frame has the number on the wire that it had when the format got its version, whatever it is called', () => {
  const codes = Object.entries(frameTypes).map(([name, { code }]) => `${code} ${name}`);
  expect(codes).toEqual([
    '1 hello',
    '2 challenge',
    '3 proof',
    '4 welcome',
    '5 refused',
    '6 bulk',
    '7 epoch',
    '8 ack',
    '9 digest-request',
    '10 digest',
    '11 statistics-request',
    '12 statistics',
    '13 heartbeat',
    '14 in-step',
    '15 shutdown',
    '16 hand-over',
    '17 serving',
    '18 migrate',
    '19 migration',
    '20 log',
    '21 log-ack',
    '22 prepare',
  ]);
});

test('frames arrive as they were sent, in whatever pieces they come', () => {
  fc.assert(
    fc.property(fc.array(anyFrame), fc.array(fc.integer({ min: 1, max: 200 })), (frames, sizes) => {
      const stream = Buffer.concat(frames.map(({ type, body }) => frameOf(type, body)));
      const seen: Seen[] = [];
      const reader = readerInto(seen);
      let offset = 0;
      for (let i = 0; offset < stream.length; i++) {
        const end = offset + (sizes[i % Math.max(1, sizes.length)] ?? stream.length);
        reader.push(stream.subarray(offset, end));
        offset = end;
      }
      expect(seen).toEqual(frames.map(({ type, body }) => ({ type, body: body.toString('hex') })));
      expect(reader.insideFrame).toBe(false);
    }),
  );
});

test('a stream cut short delivers the whole frames before the cut and nothing of the torn one', () => {
  fc.assert(
    fc.property(anyFrame, anyFrame, fc.nat(), (first, second, cut) => {
      const whole = frameOf(first.type, first.body);
      const torn = frameOf(second.type, second.body);
      const seen: Seen[] = [];
      const reader = readerInto(seen);
      reader.push(Buffer.concat([whole, torn.subarray(0, 1 + (cut % (torn.length - 1)))]));
      expect(seen).toHaveLength(1);
      expect(reader.insideFrame).toBe(true);
    }),
  );
});

test('a flipped bit anywhere in a frame is found', () => {
  fc.assert(
    fc.property(anyFrame, fc.nat(), ({ type, body }, at) => {
      const frame = frameOf(type, body);
      const bit = at % (frame.length * 8);
      frame[bit >> 3] = (frame[bit >> 3] as number) ^ (1 << (bit & 7));
      const seen: Seen[] = [];
      expect(() => readerInto(seen).push(frame)).toThrow(WireError);
      expect(seen).toEqual([]);
    }),
  );
});

test('random bytes are refused by name and nothing else is thrown', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: headerBytes, maxLength: 4096 }), (bytes) => {
      expect(() => readerInto([]).push(Buffer.from(bytes))).toThrow(/wire format/);
    }),
  );
});

test('a length beyond the limit of its type is refused before memory is taken for it', () => {
  const { mostBytes } = frameTypes.epoch;
  const header = frameOf('epoch', Buffer.alloc(mostBytes + 1)).subarray(0, headerBytes);
  const before = process.memoryUsage().arrayBuffers;
  expect(() => readerInto([]).push(header)).toThrow(
    `a frame 'epoch' of ${mostBytes + 1} bytes: the limit is ${mostBytes}`,
  );
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(65_536);
});

test('another version of the format is refused with both versions named', () => {
  const frame = frameOf('hello', Buffer.from('{}'));
  frame[2] = 9;
  expect(() => readerInto([]).push(frame)).toThrow('the other side speaks version 9 of the wire format, this one 3');
});

test('a frame that is not expected is refused when its header is there, and is over with that', () => {
  const reader = new FrameReader({ expects: (type) => type === 'hello', frame: () => {} });
  expect(() => reader.push(frameOf('epoch', Buffer.alloc(100)).subarray(0, headerBytes))).toThrow(
    "a frame 'epoch' is not expected now",
  );
  expect(reader.insideFrame).toBe(false);
});
