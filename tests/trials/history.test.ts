import fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import { readAnswer } from '../../replication/client/answer.js';
import type { Receipt } from '../../replication/client/recorder.js';
import type { ReplicatedGuest } from '../../replication/guest/guest.js';
import { openService } from '../../replication/guest/modes.js';
import { AnswerHistory, type Served } from '../../trials/history.js';
import { replay } from '../../trials/replay.js';

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

/** What clients have to tell: what they were answered, and what they sent more than once. */
interface Told {
  readonly receipts: readonly Receipt[];
  readonly repeats: readonly Served[];
}

/**
 * Runs clients on a guest. `steps` says who asks next; after `cut` of them those that have asked may remain unanswered, one
 * request each, as when a primary dies; `done` says how often the guest did it, and `sent` how often it was sent in vain.
 */
function run(
  guest: ReplicatedGuest,
  steps: readonly number[],
  cut: number,
  unanswered: readonly { readonly key: number; readonly done: number; readonly sent: number }[],
): Told {
  const sequences = new Map<number, number>();
  const next = (key: number) => {
    const sequence = (sequences.get(key) ?? 1000 * (key + 1)) + 1;
    sequences.set(key, sequence);
    return { key, sequence };
  };
  const receipts = steps.slice(0, cut).map((key) => serve(guest, next(key)));
  const lost = unanswered.map(({ key, done, sent }) => ({ request: next(key), done, sent: Math.max(done, sent) }));
  for (let turn = 0; turn < 3; turn++) {
    for (const { request, done } of lost) if (turn < done) serve(guest, request);
  }
  receipts.push(...lost.map(({ request }) => serve(guest, request)));
  receipts.push(...steps.slice(cut).map((key) => serve(guest, next(key))));
  return { receipts, repeats: lost.flatMap(({ request, sent }) => Array.from({ length: sent }, () => request)) };
}

function ledgerOf({ receipts, repeats }: Told): AnswerHistory {
  const answers = new AnswerHistory();
  for (const { key, sequence } of repeats) answers.repeated(key, sequence);
  for (const receipt of receipts) answers.told(receipt);
  return answers;
}

const keys = fc.integer({ min: 0, max: 5 });

test('a fresh guest that replays what clients were told holds what the first one holds, whatever went unanswered', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(keys, { minLength: 1, maxLength: 40 }),
      fc.nat(40),
      fc.uniqueArray(fc.record({ key: keys, done: fc.nat(3), sent: fc.nat(3) }), { selector: ({ key }) => key }),
      fc.func(fc.nat()),
      async (steps, cut, unanswered, order) => {
        const guest = openFresh();
        const { receipts, repeats } = run(guest, steps, cut, unanswered);
        // Clients hear their answers in any order.
        const heard = receipts.toSorted((a, b) => order(a.count) - order(b.count));
        const history = ledgerOf({ receipts: heard, repeats }).history();
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
  const once = { key: 1, done: 1, sent: 1 };
  const told = () => run(openFresh(), [0, 1, 2, 0, 1, 2, 0, 1, 2], 5, [once]);
  /** The same, but for what one receipt says. */
  const changed = (count: number, change: Partial<Receipt>): Told => {
    const { receipts, repeats } = told();
    return { repeats, receipts: receipts.map((each) => (each.count === count ? { ...each, ...change } : each)) };
  };

  test('it stands as it is', () => {
    expect(ledgerOf(told()).history()).toHaveLength(11);
  });

  test('it also stands when the answer to what was repeated comes late', () => {
    const late = { key: 1, sequence: 2003, previous: 2002, count: 6 };
    expect(ledgerOf({ ...told(), receipts: [...told().receipts, late] }).history()).toHaveLength(11);
  });

  test('two sides that answer give the same count to two requests', () => {
    const other = { key: 9, sequence: 9001, previous: 0, count: 3 };
    expect(() => ledgerOf({ ...told(), receipts: [...told().receipts, other] }).history()).toThrow(
      /transaction 3 was acknowledged twice: 2\/3001 and 9\/9001/,
    );
  });

  test('a request that was acknowledged and is not in the table later', () => {
    expect(() => ledgerOf(changed(10, { previous: 2001 })).history()).toThrow(
      /had request 1\/2001 where 1\/2003 was acknowledged/,
    );
  });

  test('a transaction that was done for nobody', () => {
    const { receipts, repeats } = told();
    expect(() => ledgerOf({ repeats, receipts: receipts.filter(({ key }) => key !== 2) }).history()).toThrow(
      /transaction 3 was acknowledged to nobody, and nobody repeated it/,
    );
  });

  test('a transaction that was done for nobody, beside a request that was sent twice and answered twice', () => {
    const guest = openFresh();
    const repeated = { key: 1, sequence: 2001 };
    const first = serve(guest, repeated);
    serve(guest, { key: 2, sequence: 3001 });
    const receipts = [first, serve(guest, repeated)];
    expect(() => ledgerOf({ receipts, repeats: [repeated] }).history()).toThrow(
      /transaction 2 was acknowledged to nobody, and nobody repeated it/,
    );
  });

  test('a request that was done before, and had not been sent before', () => {
    expect(() => ledgerOf({ ...told(), repeats: [] }).history()).toThrow(/had request 1\/2003 where 1\/2002 was ack/);
  });

  test('a repeated request that had been done, with no count left for it', () => {
    const { receipts, repeats } = changed(4, { previous: 1002 });
    expect(() => ledgerOf({ receipts, repeats: [...repeats, { key: 0, sequence: 1002 }] }).history()).toThrow(
      /request 0\/1002 was done, and every count is taken by others/,
    );
  });
});

test('a guest that holds something else than it told has another digest', async () => {
  const guest = openFresh();
  const history = ledgerOf(run(guest, [0, 1, 2, 3], 2, [{ key: 0, done: 1, sent: 1 }])).history();
  serve(guest, { key: 7, sequence: 1 });
  expect((await replay(openFresh(), history, responseBytes)).sha256).not.toBe((await replayedDigest(guest, 0)).sha256);
});
