import { describe, expect, it } from 'vitest';
import { historyOf } from '../../../../reports/analysis/compare/course.js';
import { type Entry, entryOf, entrySchema } from '../../../../reports/analysis/compare/entry.js';
import { environment, jitter, pointOf, resultsOf } from '../../fixture.js';

const trackers = ['flag-scan', 'bitmap-scan', 'flag-queue', 'dirty-ring'];

/** A run on some day; `factor` says how many times as long bitmap-scan takes. */
function runOn(day: number, factor = 1, cpu = environment.cpu): Entry {
  const points = trackers.map((tracker) => pointOf({ tracker, rounds: 5 }));
  const startedAt = `2026-01-${String(day).padStart(2, '0')}T00:00:00.000Z`;
  const results = resultsOf(
    points,
    ({ tracker }, round) => ({
      collectNs: 10_000 * (tracker === 'bitmap-scan' ? factor : 1) * jitter(round + day, 0.02),
      runNs: 500 * jitter(round + day, 0.02),
    }),
    { header: { startedAt, environment: { ...environment, cpu } } },
  );
  return entryOf({ kind: 'results', of: results }, []);
}

const changesOf = (entries: readonly Entry[]) =>
  historyOf(entries, 0.05).steps.map(({ changes }) =>
    changes.map(({ subject, metric, verdict }) => `${subject} ${metric} ${verdict}`),
  );

describe('a history', () => {
  it('marks a change once, at the run it came with, whatever the order the runs are read in', () => {
    const runs = [1, 2, 3, 4, 5, 6].map((day) => runOn(day, day < 4 ? 1 : 1.5));
    const expected = [[], [], [], ['bitmap-scan collect slower'], [], []];
    expect(changesOf(runs)).toEqual(expected);
    expect(changesOf(runs.toReversed())).toEqual(expected);
    const { courses } = historyOf(runs, 0.05);
    expect(courses[0]?.places.map(({ change }) => change)).toEqual([null, null, null, 'slower', null, null]);
    expect(courses[0]).toMatchObject({ subject: 'bitmap-scan', metric: 'collect' });
  });

  it('marks nothing where nothing changes', () => {
    expect(changesOf([1, 2, 3, 4, 5, 6].map((day) => runOn(day))).flat()).toEqual([]);
  });

  it('says of how many points the rounds are too few, and begins anew on another machine', () => {
    const runs = [runOn(1), runOn(2), runOn(3), runOn(4, 1, 'Other CPU'), runOn(5, 1, 'Other CPU')];
    const { steps } = historyOf(runs, 0.05);
    expect(steps.map(({ tooFew }) => tooFew > 0)).toEqual([false, true, false, false, true]);
    expect(steps.map(({ differences }) => differences.map(({ what }) => what))).toEqual([[], [], [], ['cpu'], []]);
  });

  it('keeps what its schema reads', () => {
    expect(entrySchema.parse(JSON.parse(JSON.stringify(runOn(1))))).toEqual(runOn(1));
  });
});
