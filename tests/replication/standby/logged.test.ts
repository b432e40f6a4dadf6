import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { KernelError } from '../../../kernel/error.js';
import { SimulatedService } from '../../../replication/guest/simulated.js';
import { digestOf } from '../../../replication/memory/digest.js';
import { Image } from '../../../replication/standby/image.js';
import { LoggedGuest } from '../../../replication/standby/logged.js';
import { DivergenceError } from '../../../replication/standby/replay.js';
import { ShadowGuest } from '../../../replication/standby/shadow-guest.js';
import { EpochWriter } from '../../../replication/wire/epoch.js';
import { logFrame, responseCrc } from '../../../replication/wire/log.js';
import { headerBytes } from '../../../replication/wire/wire.js';
import { trackers } from '../../../trackers/registry.js';

const memoryBytes = 2 ** 22;
const service = { pagesPerTransaction: 5, workload: 'uniform', seed: 3 };
const responseBytes = 64;

/** A primary's guest and what a standby holds of it, without a network between them. */
class Pair {
  readonly primary = new SimulatedService(trackers['dirty-ring'], { ...service, memoryBytes, ringEntries: null });
  readonly shadow: ShadowGuest;
  readonly image: Image;
  readonly logged: LoggedGuest;
  readonly #writer = new EpochWriter(this.primary, 'raw');
  #epoch = 0;
  #previousCrc = 0;
  #parts: Buffer[] = [];

  constructor(checkEvery: number) {
    const hello = { role: 'primary', nonce: '', memoryBytes, stateBytes: 8, guest: 'simulated', service } as const;
    this.shadow = ShadowGuest.open('kvm-ring', { ...hello, purpose: 'replication' });
    this.image = new Image(this.shadow.guest.memory, 8);
    this.logged = new LoggedGuest(this.image, this.shadow, checkEvery);
    this.transact(1, 'unlogged');
    this.beginCheckpoint(16);
    this.sendParts(16);
    this.logged.begin();
  }

  /** The request goes into the log, then the guest runs it. */
  transact(key: number, how: 'logged' | 'unlogged' = 'logged'): void {
    const request = Buffer.alloc(16);
    request.writeBigUInt64LE(BigInt(key), 0);
    request.writeBigUInt64LE(BigInt(this.primary.transactions + 1), 8);
    if (how === 'logged') {
      const transaction = this.primary.transactions + 1;
      const frame = logFrame({ transaction, responseBytes, previousCrc: this.#previousCrc, request });
      this.logged.follow(this.logged.append(frame.subarray(headerBytes)));
    }
    this.primary.accept(request, responseBytes);
    this.primary.run();
    const response = Buffer.alloc(responseBytes);
    this.primary.respond(response);
    if (how === 'logged') this.#previousCrc = responseCrc(response);
  }

  beginCheckpoint(pagesPerPart: number): void {
    if (this.#parts.length > 0) return;
    const dirty = new Uint32Array(memoryBytes / 4096);
    this.#parts = this.#writer.parts(++this.#epoch, dirty, this.primary.collect(dirty), pagesPerPart);
    this.sendParts(1);
  }

  sendParts(most: number): void {
    for (const part of this.#parts.splice(0, most)) {
      const isLast = this.image.stage(part.subarray(headerBytes));
      if (this.#epoch > 1) this.logged.staged(isLast);
      if (!isLast) continue;
      this.image.apply();
      this.shadow.follow(this.image);
      if (this.#epoch > 1) this.logged.applied();
    }
  }
}

function digestOfGuest(guest: SimulatedService | ShadowGuest['guest']): string {
  const state = Buffer.alloc(guest.stateBytes);
  guest.readState(state, 0);
  return digestOf(0, guest, state).sha256;
}

const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('transact' as const), key: fc.nat(200) }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('checkpoint' as const), pagesPerPart: fc.integer({ min: 1, max: 9 }) }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('parts' as const), most: fc.integer({ min: 1, max: 3 }) }) },
);

test('wherever a primary ends, its standby comes to where it was when it got the last request, checked or not', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), fc.nat(3), (steps, checkEvery) => {
      const pair = new Pair(checkEvery);
      for (const each of steps) {
        if (each.kind === 'transact') pair.transact(each.key);
        else if (each.kind === 'checkpoint') pair.beginCheckpoint(each.pagesPerPart);
        else pair.sendParts(each.most);
      }
      pair.logged.restore();
      expect(pair.shadow.guest.transactions).toBe(pair.primary.transactions);
      expect(digestOfGuest(pair.shadow.guest)).toBe(digestOfGuest(pair.primary));
      pair.shadow.close();
      pair.primary.close();
    }),
    { numRuns: 60 },
  );
});

test('an interval whose checkpoint the guest has yet to come to is checked from the first request after it has', async () => {
  const pair = new Pair(2);
  // The first interval is checked, the second is not, the third is again.
  pair.transact(1);
  pair.beginCheckpoint(1024);
  for (let i = 0; i < 700; i++) pair.transact(i);
  pair.beginCheckpoint(1024);
  pair.transact(2);
  expect(pair.logged.ahead).toBe(false);
  await expect.poll(() => pair.shadow.guest.transactions).toBe(702);
  pair.transact(3);
  expect(pair.logged.ahead).toBe(true);
  expect(pair.logged.restore()).toBe(0);
  expect(digestOfGuest(pair.shadow.guest)).toBe(digestOfGuest(pair.primary));
  pair.shadow.close();
  pair.primary.close();
});

test('a takeover runs what was logged since the last checkpoint, and a check has run it already', () => {
  for (const [checkEvery, replayed] of [
    [0, 5],
    [1, 0],
  ] as const) {
    const pair = new Pair(checkEvery);
    for (let i = 0; i < 7; i++) pair.transact(i);
    pair.beginCheckpoint(64);
    for (let i = 0; i < 5; i++) pair.transact(i);
    expect(pair.logged.restore()).toBe(replayed);
  }
});

test('a replay that answers otherwise is found at the next request', () => {
  const pair = new Pair(1);
  pair.transact(1);
  pair.shadow.guest.memory.at(0).writeBigUInt64LE(77n, 1024 + 5 * 8);
  pair.transact(5);
  expect(() => pair.transact(6)).toThrow(
    new DivergenceError('the replay diverges: transaction 3 was answered otherwise'),
  );
});

test('a replay that changes other memory is found at the next checkpoint, whatever it answers', () => {
  const pair = new Pair(1);
  pair.transact(1);
  pair.shadow.guest.memory.at(0)[1000] = 1;
  expect(() => pair.beginCheckpoint(64)).toThrow('the replay diverges at epoch 2: page 0 is another');
});

test('a request that the guest cannot run here is a divergence, not the end of the standby', () => {
  const pair = new Pair(1);
  vi.spyOn(pair.shadow.guest, 'run').mockImplementation(() => {
    throw new KernelError('KVM_RUN', '', 'the guest stopped with exit 17', '');
  });
  expect(() => pair.transact(1)).toThrow(
    new DivergenceError('the replay diverges: request 2 does not run here: KVM_RUN: the guest stopped with exit 17'),
  );
});

test('without a check a takeover finds it all the same, in what was answered', () => {
  const pair = new Pair(0);
  pair.transact(1);
  pair.transact(2);
  pair.transact(3);
  pair.shadow.guest.memory.at(0).writeBigUInt64LE(77n, 1024 + 2 * 8);
  expect(() => pair.logged.restore()).toThrow('transaction 3 was answered otherwise');
});

test('what is not the next request is refused', () => {
  const pair = new Pair(0);
  const entry = { transaction: 2, responseBytes, previousCrc: 0, request: Buffer.alloc(16) };
  const append = (changed: Partial<typeof entry>) => () =>
    pair.logged.append(logFrame({ ...entry, ...changed }).subarray(headerBytes));
  expect(append({ transaction: 3 })).toThrow('request 3 in the log after 1');
  expect(append({ responseBytes: 0 })).toThrow('a request in the log for a response of 0 bytes');
  expect(append({ responseBytes: 65_537 })).toThrow('for a response of 65537 bytes');
  expect(() => pair.logged.append(Buffer.alloc(15))).toThrow('a request in the log of 15 bytes: too short');
  append({})();
  expect(append({})).toThrow('request 2 in the log after 2');
});
