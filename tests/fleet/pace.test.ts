import { expect, it } from 'vitest';
import { Pace } from '../../fleet/pace.js';
import type { Share } from '../../fleet/share.js';
import { estimateSeconds } from '../../measure/estimate.js';
import { point } from '../results/fixture.js';

/** Rounds of one point that wait for a host. */
function share(host: string | null, rounds: number): Share {
  const jobs = Array.from({ length: rounds }, (_, round) => [String(round), { point: 0, twin: false, round }] as const);
  return { host, left: new Map(jobs), total: rounds };
}

const estimate = estimateSeconds(point);

it('the time left is that of the estimates, on all hosts at once, until a round is finished', () => {
  expect(new Pace([point], [share(null, 30)], 3, 0).secondsLeft(60_000)).toBeCloseTo(10 * estimate);
  expect(new Pace([point], [share('a', 30), share('b', 10)], 2, 0).secondsLeft(60_000)).toBeCloseTo(30 * estimate);
});

it('the time left is at the pace of what was finished from then on', () => {
  const split = share(null, 30);
  const pace = new Pace([point], [split], 3, 0);
  for (const key of ['0', '1', '2']) split.left.delete(key);
  expect(pace.secondsLeft(6000)).toBeCloseTo(27 * 2);
});
