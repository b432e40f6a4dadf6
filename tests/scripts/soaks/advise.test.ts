import { expect, it } from 'vitest';
import { FailedTrialError } from '../../../base/usererror.js';
import { judged } from '../../../scripts/soaks/advise.js';

it('a soak of advice in which nothing could be compared has failed', () => {
  const judge = () => judged([], 'stopped by --minutes before 5 points: ', 12);
  expect(judge).toThrow(FailedTrialError);
  expect(judge).toThrow(/^advise: stopped by --minutes before 5 points: nothing could be compared in 12 s: /);
});
