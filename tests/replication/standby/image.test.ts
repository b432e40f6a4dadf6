import fc from 'fast-check';
import { expect, test } from 'vitest';
import { pageBytes } from '../../../base/size.js';
import { type PageStore, SparsePages } from '../../../replication/memory/pages.js';
import { Image } from '../../../replication/standby/image.js';
import { encodingNames } from '../../../replication/wire/encoding.js';
import { EpochWriter } from '../../../replication/wire/epoch.js';
import { FrameReader } from '../../../replication/wire/frames.js';
import { readPart } from '../../../replication/wire/part.js';
import { headerBytes, WireError } from '../../../replication/wire/wire.js';

const pages = 5000;
const stateBytes = 24;

/** A source whose pages all hold what `fill` says at the moment. */
class Source {
  readonly memoryBytes = pages * pageBytes;
  readonly stateBytes = stateBytes;
  readonly memory = new SparsePages(pages);
  state = Buffer.alloc(stateBytes);

  read(page: number, target: Buffer, offset: number): void {
    this.memory.read(page, target, offset);
  }

  readState(target: Buffer, offset: number): void {
    this.state.copy(target, offset);
  }

  change(page: number, value: number): void {
    this.memory.at(page).writeUInt32LE(value, (value * 4) % pageBytes);
  }
}

function bodies(frames: Buffer): Buffer[] {
  const found: Buffer[] = [];
  new FrameReader({ expects: () => true, frame: (_, body) => found.push(Buffer.from(body)) }).push(frames);
  return found;
}

function contents(memory: PageStore): Map<number, string> {
  const held = new Map<number, string>();
  const page = Buffer.alloc(pageBytes);
  for (const number of memory.written()) {
    memory.read(number, page, 0);
    if (!page.every((byte) => byte === 0)) held.set(number, page.toString('base64'));
  }
  return held;
}

const anyEpochs = fc.array(fc.uniqueArray(fc.nat(pages - 1), { maxLength: 20 }), { minLength: 1, maxLength: 12 });

test.each(encodingNames)('encoded as %s, the image holds after every epoch what the source holds', (encoding) => {
  fc.assert(
    fc.property(anyEpochs, (epochs) => {
      const source = new Source();
      const writer = new EpochWriter(source, encoding);
      const image = new Image(new SparsePages(pages), stateBytes);
      const [filled = []] = epochs;
      for (const page of filled) source.change(page, 99);
      for (const body of bodies(writer.bulk(Uint32Array.from(filled), filled.length))) image.bulk(body);
      epochs.forEach((dirty, index) => {
        for (const page of dirty) source.change(page, index + 1);
        source.state.writeUInt32LE(index, 4);
        for (const body of bodies(writer.epoch(index + 1, Uint32Array.from(dirty), dirty.length))) {
          if (image.stage(body)) image.apply();
        }
        expect(image.epoch).toBe(index + 1);
        expect(contents(image.memory)).toEqual(contents(source.memory));
        expect(image.state).toEqual(source.state);
      });
    }),
    { numRuns: 30 },
  );
});

test.each(encodingNames)(
  'encoded as %s, an epoch of several parts is invisible until its last is applied',
  (encoding) => {
    const source = new Source();
    const writer = new EpochWriter(source, encoding);
    const image = new Image(new SparsePages(pages), stateBytes);
    const dirty = Uint32Array.from({ length: 3000 }, (_, index) => index);
    for (const page of dirty) source.change(page, 7);
    const parts = bodies(writer.epoch(1, dirty, dirty.length));
    expect(parts).toHaveLength(3);
    for (const body of parts.slice(0, 2)) {
      expect(image.stage(body)).toBe(false);
      expect(contents(image.memory).size).toBe(0);
    }
    expect(image.stage(parts[2] as Buffer)).toBe(true);
    expect(image.epoch).toBe(0);
    image.apply();
    expect(image.epoch).toBe(1);
    expect(contents(image.memory)).toEqual(contents(source.memory));
  },
);

test('what does not follow, or does not fit the guest, is refused and changes nothing', () => {
  const source = new Source();
  const writer = new EpochWriter(source, 'raw');
  const image = new Image(new SparsePages(100), stateBytes);
  const bodyOf = (epoch: number, page: number) => bodies(writer.epoch(epoch, Uint32Array.of(page), 1))[0] as Buffer;
  expect(image.stage(bodyOf(5, 3))).toBe(true);
  image.apply();
  expect(() => image.stage(bodyOf(7, 3))).toThrow('epoch 7 after epoch 5');
  expect(() => image.stage(bodyOf(5, 3))).toThrow('epoch 5 after epoch 5');
  expect(() => image.stage(bodyOf(6, 100))).toThrow('epoch 6 has page 100 of a guest with 100 pages');
  expect(() => image.bulk(bodyOf(6, 1))).toThrow('after epoch 5');
  const later = bodies(writer.epoch(6, new Uint32Array(3000), 3000))[1] as Buffer;
  expect(() => image.stage(later)).toThrow('part 1 of 3 of epoch 6 where part 0 was due');
  expect(image.epoch).toBe(5);
});

test('an epoch that contradicts itself is refused by its numbers', () => {
  const [body] = bodies(new EpochWriter(new Source(), 'raw').epoch(1, Uint32Array.of(1, 2), 2));
  fc.assert(
    fc.property(fc.constantFrom(16, 20, 24), fc.integer({ min: 1, max: 0xffffffff }), (offset, value) => {
      const changed = Buffer.from(body as Buffer);
      fc.pre(changed.readUInt32LE(offset) !== value);
      changed.writeUInt32LE(value, offset);
      expect(() => readPart(changed)).toThrow(WireError);
    }),
  );
  expect(() => readPart((body as Buffer).subarray(0, headerBytes))).toThrow('too short');
});

test('memory is taken only for pages that were written', () => {
  const before = process.memoryUsage().arrayBuffers;
  const memory = new SparsePages(2 ** 24);
  for (let page = 0; page < 2 ** 24; page += 2 ** 18) memory.at(page).writeUInt8(1, 0);
  expect([...memory.written()]).toEqual(Array.from({ length: 64 }, (_, index) => index * 2 ** 18));
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(8 * 2 ** 20);
});
