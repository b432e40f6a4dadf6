import { expect, test } from 'vitest';
import { Moments, StageTimes, stageNs } from '../../../replication/primary/stage-times.js';
import { stages } from '../../../results/transactions.js';

/** A transaction whose stages take 1, 2, 4, ... 128 ns, in the order they come. */
function synchronised(): Moments {
  const moments = new Moments(1000, 1001);
  moments.stop(1003);
  moments.listedNs = 1007;
  moments.framedNs = 1015;
  moments.deliveredNs = 1031;
  moments.ackLeftNs = 1063;
  moments.acknowledgedNs = 1127;
  moments.answeredNs = 1255;
  return moments;
}

test('each stage lies between the two moments that its name says, in the order that results list them', () => {
  const took = stageNs(synchronised());
  expect(took).toEqual({
    'request in': 1,
    guest: 2,
    detection: 4,
    copy: 8,
    wire: 16,
    standby: 32,
    acknowledgement: 64,
    'response out': 128,
  });
  expect(Object.keys(took)).toEqual(stages);
});

test('a transaction without a standby spends no time on one', () => {
  const moments = new Moments(10, 13);
  moments.stop(20);
  moments.answeredNs = 29;
  const { 'request in': requestIn, guest, 'response out': responseOut, ...rest } = stageNs(moments);
  expect({ requestIn, guest, responseOut }).toEqual({ requestIn: 3, guest: 7, responseOut: 9 });
  expect(new Set(Object.values(rest))).toEqual(new Set([0]));
});

test('the stages of several transactions are added up, each for itself', () => {
  const times = new StageTimes();
  const slow = synchronised();
  slow.answeredNs += 20;
  for (const moments of [synchronised(), synchronised(), slow]) times.record(moments);
  const { copy, 'response out': responseOut } = times.summary();
  expect(times.transactions).toBe(3);
  expect(copy).toEqual({ meanNs: 8, medianNs: 8, p99Ns: 8 });
  expect(responseOut.meanNs).toBeCloseTo(128 + 20 / 3, 9);
  expect(responseOut).toMatchObject({ medianNs: 128, p99Ns: 148 });
});

test('a stage that clocks of two sides let end before it began counts as nothing', () => {
  const times = new StageTimes();
  const moments = synchronised();
  moments.deliveredNs = 1014;
  times.record(moments);
  expect(times.summary().wire).toEqual({ meanNs: 0, medianNs: 0, p99Ns: 0 });
});
