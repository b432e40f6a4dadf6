import { describe, expect, it } from 'vitest';
import { type History, historiesOf } from '../../../../reports/analysis/compare/course.js';
import { type Entry, entryOf, entrySchema } from '../../../../reports/analysis/compare/entry.js';
import { environment, jitter, pointOf, resultsOf } from '../../fixture.js';

const trackers = ['flag-scan', 'bitmap-scan', 'flag-queue', 'dirty-ring'];

/** A run on some day; `factor` says how many times as long bitmap-scan takes. */
function runOn(day: number, factor = 1, cpu = environment.cpu, host?: string): Entry {
  const points = trackers.map((tracker) => pointOf({ tracker, rounds: 5 }));
  const startedAt = `2026-01-${String(day).padStart(2, '0')}T00:00:00.000Z`;
  const results = resultsOf(
    points,
    ({ tracker }, round) => ({
      collectNs: 10_000 * (tracker === 'bitmap-scan' ? factor : 1) * jitter(round + day, 0.02),
      runNs: 500 * jitter(round + day, 0.02),
    }),
    { header: { startedAt, environment: { ...environment, cpu }, ...(host === undefined ? {} : { host }) } },
  );
  return entryOf({ kind: 'results', of: results }, []);
}

/** The one history of runs that do not name their host. */
function historyOf(entries: readonly Entry[], threshold: number): History {
  const [history, ...more] = historiesOf(entries, threshold);
  if (history === undefined || more.length > 0) throw new Error('one host');
  return history;
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

  it('holds each host against itself alone, also where hosts take turns', () => {
    const days = [1, 2, 3, 4, 5, 6, 7, 8];
    const runs = days.map((day) =>
      day % 2 === 1 ? runOn(day, day < 7 ? 1 : 1.5, 'Model CPU', 'one') : runOn(day, 3, 'Other CPU', 'two'),
    );
    const histories = historiesOf(runs, 0.05);
    expect(histories.map(({ host, steps }) => [host, steps.map(({ run }) => run.startedAt.slice(8, 10))])).toEqual([
      ['one', ['01', '03', '05', '07']],
      ['two', ['02', '04', '06', '08']],
    ]);
    expect(histories.map(({ steps }) => steps.map(({ differences }) => differences.length))).toEqual([
      [0, 0, 0, 0],
      [0, 0, 0, 0],
    ]);
    expect(histories.map(({ steps }) => steps.map(({ changes }) => changes.length))).toEqual([
      [0, 0, 0, 1],
      [0, 0, 0, 0],
    ]);
  });

  it('has a point of before its cache state was renamed in the same course', () => {
    const older = JSON.stringify(runOn(1)).replaceAll('"l2-cold"', '"cold"');
    expect(older).toContain('"cache":"cold"');
    const { steps } = historyOf([entrySchema.parse(JSON.parse(older)), runOn(2)], 0.05);
    expect(steps[1]?.compared).toBe(8);
  });

  it('keeps what its schema reads', () => {
    expect(entrySchema.parse(JSON.parse(JSON.stringify(runOn(1))))).toEqual(runOn(1));
  });
});
