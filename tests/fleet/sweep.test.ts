import { expect, it } from 'vitest';
import { asInRun, pointsOf } from '../../fleet/sweep.js';
import { hostOf, point } from '../results/fixture.js';

const points = [point, { ...point, tracker: 'flag-scan', memoryBytes: 2 ** 46 }];

it('a host’s line says which points it is not given for want of memory', () => {
  const host = hostOf('a');
  expect(asInRun({ points }, host)).toEqual({ ...host, withoutRoom: [1] });
  expect(pointsOf({ points }, host)).toEqual([0]);
  const roomy = { ...host, environment: { ...host.environment, memoryBytes: 2 ** 45 } };
  expect(asInRun({ points }, roomy)).toEqual(roomy);
  expect(pointsOf({ points }, roomy)).toEqual([0, 1]);
});
