import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ReplicationError } from '../../replication/error.js';
import { GrantedLease, HeldLease, heartbeatMs, takeoverMargin } from '../../replication/lease.js';

const leaseMs = 400;
const ms = 1e6;

/** How a side's clock reads true time. */
interface Clock {
  /** What it shows at time 0, and how fast it runs. */
  readonly offsetMs: number;
  readonly rate: number;
}

const read = ({ offsetMs, rate }: Clock, trueMs: number) => (offsetMs + trueMs * rate) * ms;
const trueMsOf = ({ offsetMs, rate }: Clock, clockNs: number) => (clockNs / ms - offsetMs) / rate;

const anyClock = (most: number) =>
  fc.record({
    offsetMs: fc.double({ min: 0, max: 1e7, noNaN: true }),
    rate: fc.double({ min: 1 / most, max: most, noNaN: true }),
  });
/** Messages: the pause before each is sent, how long it is on its way, and how long its acknowledgement is. */
const anyMessages = fc.array(
  fc.record({ pauseMs: fc.nat(300), thereMs: fc.nat(2000), backMs: fc.nat(2000), epoch: fc.boolean() }),
  { minLength: 1, maxLength: 30 },
);

/**
 * Runs a primary and a standby over a way that delays but keeps the order, until it is cut after some messages; returns, in
 * true time, until when the primary may answer, and from when the standby may take over.
 */
function run(messages: { pauseMs: number; thereMs: number; backMs: number; epoch: boolean }[], p: Clock, s: Clock) {
  const held = new HeldLease(leaseMs);
  const granted = new GrantedLease(leaseMs);
  let [sentMs, receivedMs, backMs] = [0, 0, 0];
  const acknowledgements: { atMs: number; kind: 'epoch' | 'heartbeat' }[] = [];
  const sent: { atMs: number; kind: 'epoch' | 'heartbeat' }[] = [];
  for (const message of messages) {
    const kind = message.epoch ? 'epoch' : 'heartbeat';
    sentMs += message.pauseMs;
    sent.push({ atMs: sentMs, kind });
    receivedMs = Math.max(receivedMs, sentMs + message.thereMs);
    granted.received(read(s, receivedMs));
    backMs = Math.max(backMs, receivedMs + message.backMs);
    acknowledgements.push({ atMs: backMs, kind });
  }
  for (const { atMs, kind } of sent) held.sent(kind, read(p, atMs));
  const takeoverMs = trueMsOf(s, granted.surelyEndedNs);
  // The primary's state only changes with an acknowledgement: what holds then is asked for every later moment.
  const mayAnswerAtOrAfterTakeover = acknowledgements.some(({ atMs, kind }) => {
    held.acknowledged(kind);
    return held.holds(read(p, Math.max(atMs, takeoverMs)));
  });
  return { mayAnswerAtOrAfterTakeover };
}

test('whatever the delays, the primary never answers once the standby may take over, clocks up to 11 % off', () => {
  fc.assert(
    fc.property(anyMessages, anyClock(1.11), anyClock(1.11), (messages, primary, standby) => {
      expect(run(messages, primary, standby).mayAnswerAtOrAfterTakeover).toBe(false);
    }),
    { numRuns: 500 },
  );
});

test('the margin is what makes that true: with clocks further apart than it the two can overlap', () => {
  const slow = { offsetMs: 0, rate: 1 / 1.2 };
  const fast = { offsetMs: 0, rate: 1.2 };
  expect(slow.rate * takeoverMargin).toBeLessThan(fast.rate);
  expect(run([{ pauseMs: 0, thereMs: 0, backMs: 0, epoch: true }], slow, fast).mayAnswerAtOrAfterTakeover).toBe(true);
});

test('a primary that is acknowledged in time may answer without a break', () => {
  const held = new HeldLease(leaseMs);
  expect(held.holds(0)).toBe(false);
  for (let atMs = 0; atMs < 5000; atMs += heartbeatMs(leaseMs)) {
    held.sent('heartbeat', atMs * ms);
    if (atMs > 0) expect(held.holds((atMs + 20) * ms)).toBe(true);
    held.acknowledged('heartbeat');
    expect(held.holds((atMs + 20) * ms)).toBe(true);
  }
});

test('an acknowledgement renews the lease from when its message was sent, not from when it came', () => {
  const held = new HeldLease(leaseMs);
  held.sent('epoch', 0);
  held.sent('heartbeat', 300 * ms);
  held.acknowledged('epoch');
  expect(held.holds(399 * ms)).toBe(true);
  expect(held.holds(400 * ms)).toBe(false);
  held.acknowledged('heartbeat');
  expect(held.holds(699 * ms)).toBe(true);
  expect(held.holds(700 * ms)).toBe(false);
});

test('what was not sent, or not in that order, cannot be acknowledged', () => {
  const held = new HeldLease(leaseMs);
  expect(() => held.acknowledged('heartbeat')).toThrow(ReplicationError);
  held.sent('epoch', 0);
  expect(() => held.acknowledged('heartbeat')).toThrow('a heartbeat that was not due');
});
