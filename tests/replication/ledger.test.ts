import fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import { readAnswer } from '../../replication/answer.js';
import { BrokenPromiseError } from '../../replication/error.js';
import type { ReplicatedGuest } from '../../replication/guest.js';
import { Ledger, type Served } from '../../replication/ledger.js';
import { openService } from '../../replication/modes.js';
import { replay } from '../../replication/replay.js';
import type { Receipt } from '../../replication/witness.js';

const responseBytes = 64;

function openFresh(): ReplicatedGuest {
  const settings = { memoryBytes: 2 ** 22, pagesPerTransaction: 5, workload: 'uniform', seed: 3 };
  const { guest } = openService('simulated', 'none', settings);
  onTestFinished(() => guest.close());
  return guest;
}

/** Serves one request with a guest, as a primary would. */
function serve(guest: ReplicatedGuest, { key, sequence }: Served): Receipt {
  const request = Buffer.alloc(16);
  request.writeBigUInt64LE(BigInt(key), 0);
  request.writeBigUInt64LE(BigInt(sequence), 8);
  guest.accept(request, responseBytes);
  guest.run();
  const response = Buffer.alloc(responseBytes);
  guest.respond(response);
  return { ...readAnswer(response), key };
}

/**
 * Runs clients on a guest. `steps` says who asks next; after `cut` of them those that have asked may remain unanswered, one
 * request each, as when a primary dies; they are repeated afterwards, and answered.
 */
function run(
  guest: ReplicatedGuest,
  steps: readonly number[],
  cut: number,
  unanswered: ReadonlySet<number>,
): Receipt[] {
  const sequences = new Map<number, number>();
  const next = (key: number) => {
    const sequence = (sequences.get(key) ?? 1000 * (key + 1)) + 1;
    sequences.set(key, sequence);
    return { key, sequence };
  };
  const receipts = steps.slice(0, cut).map((key) => serve(guest, next(key)));
  const repeats = [...unanswered].map((key) => {
    const request = next(key);
    serve(guest, request);
    return request;
  });
  receipts.push(...repeats.map((request) => serve(guest, request)));
  receipts.push(...steps.slice(cut).map((key) => serve(guest, next(key))));
  return receipts;
}

function ledgerOf(receipts: readonly Receipt[]): Ledger {
  const ledger = new Ledger();
  for (const receipt of receipts) ledger.told(receipt);
  return ledger;
}

const keys = fc.integer({ min: 0, max: 5 });

test('a fresh guest that replays what clients were told holds what the first one holds, whatever went unanswered', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(keys, { minLength: 1, maxLength: 40 }),
      fc.nat(40),
      fc.uniqueArray(keys),
      fc.func(fc.nat()),
      async (steps, cut, unanswered, order) => {
        const guest = openFresh();
        const receipts = run(guest, steps, cut, new Set(unanswered));
        // Clients hear their answers in any order.
        const heard = receipts.toSorted((a, b) => order(a.count) - order(b.count));
        const history = ledgerOf(heard).history();
        const state = Buffer.alloc(guest.stateBytes);
        guest.readState(state, 0);
        const replayed = await replay(openFresh(), history, responseBytes);
        const original = await replayedDigest(guest, history.length);
        expect(replayed).toEqual(original);
      },
    ),
    { numRuns: 60 },
  );
});

/** The digest of a guest as it stands. */
function replayedDigest(guest: ReplicatedGuest, epoch: number) {
  return replay(guest, [], responseBytes).then((digest) => ({ ...digest, epoch }));
}

describe('what no guest can have told is found', () => {
  const receipts = () => run(openFresh(), [0, 1, 2, 0, 1, 2, 0, 1, 2], 5, new Set([1]));

  test('it stands as it is', () => {
    expect(ledgerOf(receipts()).history()).toHaveLength(11);
  });

  test('two sides that answer give the same count to two requests', () => {
    const told = receipts();
    const [third] = told.slice(2);
    const other = { ...(third as Receipt), key: 9, sequence: 9001, previous: 0 };
    expect(() => ledgerOf([...told, other]).history()).toThrow(
      /transaction 3 was acknowledged twice: 2\/3001 and 9\/9001/,
    );
  });

  test('a request that was acknowledged and is not in the table later', () => {
    const told = receipts().map((receipt) => (receipt.count === 10 ? { ...receipt, previous: 2001 } : receipt));
    expect(() => ledgerOf(told).history()).toThrow(/had request 1\/2001 where 1\/2003 was acknowledged/);
  });

  test('a transaction that was done for nobody', () => {
    const told = receipts().filter(({ key }) => key !== 2);
    expect(() => ledgerOf(told).history()).toThrow(/transaction 3 was acknowledged to nobody, and nobody repeated it/);
  });

  test('a repeated request that had been done, with no count left for it', () => {
    const told = receipts().map((receipt) => (receipt.count === 2 ? { ...receipt, previous: 2000 } : receipt));
    expect(() => ledgerOf(told).history()).toThrow(BrokenPromiseError);
  });
});

test('a guest that holds something else than it told has another digest', async () => {
  const guest = openFresh();
  const history = ledgerOf(run(guest, [0, 1, 2, 3], 2, new Set([0]))).history();
  serve(guest, { key: 7, sequence: 1 });
  expect((await replay(openFresh(), history, responseBytes)).sha256).not.toBe((await replayedDigest(guest, 0)).sha256);
});
