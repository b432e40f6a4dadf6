import { describe, expect, it } from 'vitest';
import { planJobs } from '../../measure/plan.js';
import { headerOf, point, roundOf } from '../results/fixture.js';

const header = headerOf([point, { ...point, tracker: 'flag-scan' }], { twin: 1 });

describe('the plan of a run', () => {
  it('holds every round of every point, and the twin once more', () => {
    const jobs = planJobs(header, []);
    expect(jobs).toHaveLength(3 + 3 + 3);
    expect(jobs.filter(({ twin }) => twin).map((job) => job.point)).toEqual([1, 1, 1]);
    expect(new Set(jobs.map((job) => JSON.stringify(job))).size).toBe(9);
  });

  it('is in an order that the seed shuffles', () => {
    const other = headerOf(
      header.points.map((one) => ({ ...one, seed: 2 })),
      { twin: 1 },
    );
    expect(planJobs(header, [])).toEqual(planJobs(header, []));
    expect(planJobs(header, [])).not.toEqual(planJobs(other, []));
  });

  it('leaves out what is finished', () => {
    const jobs = planJobs(header, [roundOf({ point: 0, round: 1 }), roundOf({ point: 1, round: 2, twin: true })]);
    expect(jobs).toHaveLength(7);
    expect(jobs).not.toContainEqual({ point: 0, round: 1, twin: false });
    expect(jobs).toContainEqual({ point: 1, round: 2, twin: false });
  });
});
