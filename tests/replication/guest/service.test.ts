import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { pageBytes } from '../../../base/size.js';
import { availability } from '../../../guests/availability.js';
import { ReplicationError } from '../../../replication/error.js';
import type { ReplicatedGuest } from '../../../replication/guest/guest.js';
import { type ModeName, openService } from '../../../replication/guest/modes.js';
import { ownPages, service } from '../../../replication/guest/service.js';
import { digestOf } from '../../../replication/memory/digest.js';
import { Image } from '../../../replication/standby/image.js';
import { EpochWriter } from '../../../replication/wire/epoch.js';
import { FrameReader } from '../../../replication/wire/frames.js';
import { trackers } from '../../../trackers/registry.js';

const hasKvm = availability(trackers['kvm-ring']).works;
const settings = { memoryBytes: 16 * 2 ** 20, pagesPerTransaction: 9, workload: 'uniform', seed: 5 };

interface Asked {
  key: bigint;
  sequence: bigint;
  requestBytes: number;
  responseBytes: number;
}

const anyRequests = fc.array(
  fc.record({
    key: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
    sequence: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
    requestBytes: fc.integer({ min: 1, max: 3000 }),
    responseBytes: fc.integer({ min: 1, max: 9000 }),
  }),
  { minLength: 1, maxLength: 30 },
);

function requestOf({ key, sequence, requestBytes }: Asked): Buffer {
  const request = Buffer.alloc(Math.max(16, requestBytes));
  request.writeBigUInt64LE(key, 0);
  request.writeBigUInt64LE(sequence, 8);
  return request.subarray(0, requestBytes);
}

/** Runs one transaction; returns the response and the pages found dirty. */
function transact(guest: ReplicatedGuest, asked: Asked): { response: Buffer; dirty: number[] } {
  guest.accept(requestOf(asked), asked.responseBytes);
  guest.run();
  const response = Buffer.alloc(asked.responseBytes);
  guest.respond(response);
  const into = new Uint32Array(guest.mostDirty);
  return { response, dirty: [...into.subarray(0, guest.collect(into))].toSorted((a, b) => a - b) };
}

function open(choice: 'kvm' | 'simulated', mode: ModeName): ReplicatedGuest {
  const { guest } = openService(choice, mode, settings);
  onTestFinished(() => guest.close());
  return guest;
}

test('the service counts, remembers what each key asked last, and says so', () => {
  fc.assert(
    fc.property(anyRequests, (requests) => {
      const { guest } = openService('simulated', 'kvm-ring', settings);
      const table = new Map<bigint, bigint>();
      requests.forEach((asked, index) => {
        const seen = requestOf(asked);
        const whole = Buffer.concat([seen, Buffer.alloc(16)]);
        const slot = whole.readBigUInt64LE(0) % BigInt(service.slots);
        const sequence = whole.readBigUInt64LE(8);
        const { response, dirty } = transact(guest, asked);
        const said = Buffer.concat([response, Buffer.alloc(24)]);
        if (asked.responseBytes >= 24) {
          expect([said.readBigUInt64LE(0), said.readBigUInt64LE(8), said.readBigUInt64LE(16)]).toEqual([
            BigInt(index + 1),
            table.get(slot) ?? 0n,
            sequence,
          ]);
        }
        table.set(slot, sequence);
        const own = ownPages(asked.responseBytes);
        expect(dirty.filter((page) => page < service.reservedPages)).toEqual(Array.from({ length: own }, (_, i) => i));
        expect(dirty).toHaveLength(own + settings.pagesPerTransaction - 1);
      });
      guest.close();
    }),
    { numRuns: 20 },
  );
});

test.skipIf(!hasKvm)(
  'in every mode the KVM guest does to its memory what the simulated guest does, byte for byte',
  () => {
    for (const mode of ['kvm-flags', 'kvm-bitmap', 'kvm-ring'] as const) {
      fc.assert(
        fc.property(anyRequests, (requests) => {
          const [real, model] = [
            openService('kvm', mode, settings).guest,
            openService('simulated', mode, settings).guest,
          ];
          try {
            for (const asked of requests) expect(transact(real, asked)).toEqual(transact(model, asked));
            const noState = Buffer.alloc(0);
            expect(digestOf(1, real, noState)).toEqual(digestOf(1, model, noState));
          } finally {
            real.close();
            model.close();
          }
        }),
        { numRuns: 5 },
      );
    }
  },
);

test.skipIf(!hasKvm)(
  'the vCPU state is that of a guest past its I/O, and it changes from one transaction to the next',
  () => {
    const guest = open('kvm', 'kvm-ring');
    const states = [0, 1, 2].map((index) => {
      if (index > 0) transact(guest, { key: 1n, sequence: BigInt(index), requestBytes: 16, responseBytes: 24 });
      const state = Buffer.alloc(guest.stateBytes);
      guest.readState(state, 0);
      return state;
    });
    const ripOf = (state: Buffer) => state.readBigUInt64LE(128);
    const [begin, first, second] = states as [Buffer, Buffer, Buffer];
    expect(ripOf(first)).toBeGreaterThan(ripOf(begin));
    expect(ripOf(second)).toBe(ripOf(first));
    expect(first.equals(second)).toBe(false);
  },
);

/** Brings memory and state of a guest into another one that has not run, as a standby does. */
function imageOf(guest: ReplicatedGuest, shadow: ReplicatedGuest): Image {
  const image = new Image(shadow.memory, guest.stateBytes);
  const pages = Uint32Array.from(guest.written());
  const whole = new EpochWriter(guest, 'raw').epoch(1, pages, pages.length);
  new FrameReader({
    expects: () => true,
    frame: (_, body) => {
      if (image.stage(body)) image.apply();
    },
  }).push(whole);
  return image;
}

function digest(guest: ReplicatedGuest) {
  const state = Buffer.alloc(guest.stateBytes);
  guest.readState(state, 0);
  return digestOf(1, guest, state);
}

const restored = (choice: 'kvm' | 'simulated', numRuns: number) =>
  fc.assert(
    fc.property(anyRequests, anyRequests, fc.nat(40), (before, after, followed) => {
      const original = openService(choice, 'kvm-ring', settings).guest;
      const shadow = openService(choice, 'kvm-bitmap', settings).guest;
      try {
        for (const asked of before) transact(original, asked);
        shadow.follow(Math.min(followed, before.length));
        shadow.restore(imageOf(original, shadow).state);
        expect(shadow.transactions).toBe(before.length);
        expect(digest(shadow)).toEqual(digest(original));
        for (const asked of after) expect(transact(shadow, asked)).toEqual(transact(original, asked));
        expect(digest(shadow)).toEqual(digest(original));
      } finally {
        original.close();
        shadow.close();
      }
    }),
    { numRuns },
  );

test('a simulated guest restored from an image goes on as the one it was taken from', () => restored('simulated', 10));

test.skipIf(!hasKvm)('a KVM guest restored from an image goes on as the one it was taken from', () =>
  restored('kvm', 5),
);

test('a guest that has not served anything yet can be restored too', () => {
  for (const choice of hasKvm ? (['simulated', 'kvm'] as const) : (['simulated'] as const)) {
    const [original, shadow] = [open(choice, 'kvm-ring'), open(choice, 'kvm-ring')];
    shadow.restore(imageOf(original, shadow).state);
    const asked = { key: 3n, sequence: 4n, requestBytes: 16, responseBytes: 64 };
    expect(transact(shadow, asked)).toEqual(transact(original, asked));
    expect(digest(shadow)).toEqual(digest(original));
  }
});

test('a state that is not of this kind of guest is refused', () => {
  for (const choice of hasKvm ? (['simulated', 'kvm'] as const) : (['simulated'] as const)) {
    const shadow = open(choice, 'kvm-ring');
    const { state } = imageOf(open(choice, 'kvm-ring'), shadow);
    const wrong = choice === 'kvm' ? Buffer.alloc(state.length, 7) : state.subarray(1);
    expect(() => shadow.restore(wrong)).toThrow(ReplicationError);
  }
});

test.skipIf(!hasKvm)('pages that were written are found for a digest wherever they are in a large guest', () => {
  const memoryBytes = 8 * 2 ** 30;
  const { guest } = openService('kvm', 'kvm-ring', { ...settings, memoryBytes });
  onTestFinished(() => guest.close());
  const dirty = new Set<number>();
  for (let i = 1; i <= 20; i++) {
    for (const page of transact(guest, { key: 1n, sequence: BigInt(i), requestBytes: 16, responseBytes: 24 }).dirty) {
      dirty.add(page);
    }
  }
  expect(Math.max(...dirty)).toBeGreaterThan(2 ** 32 / pageBytes);
  expect([...guest.written()].toSorted((a, b) => a - b)).toEqual(expect.arrayContaining([...dirty]));
});
