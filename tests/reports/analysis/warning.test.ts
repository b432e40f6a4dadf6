import { describe, expect, test } from 'vitest';
import { analyse } from '../../../reports/analysis/analysis.js';
import { type WarningKind, warningKinds } from '../../../reports/analysis/warning.js';
import type { Results } from '../../../results/schema.js';
import { hostOf } from '../../results/fixture.js';
import { jitter, type Made, type Making, pointOf, resultsOf } from '../fixture.js';

const points = [pointOf({ tracker: 'null' }), pointOf({ tracker: 'flag-scan' })];
const quiet = (round: number): Made => ({ collectNs: 1000 * jitter(round, 0.01) });

function file(making: Making = {}, made = quiet): Results {
  return resultsOf(points, ({ tracker }, round) => (tracker === 'null' ? { collectNs: 10 } : made(round)), making);
}

function header(overrides: Partial<Results['header']>): Results {
  const results = file();
  return { ...results, header: { ...results.header, ...overrides } };
}

/** For each kind a results file that calls for it, and what the warning must name. */
const cases: Record<WarningKind, { results: () => Results; names: string }> = {
  file: { results: () => file({ warnings: ['r.jsonl: the last line is torn'] }), names: 'torn' },
  'wrong set': {
    results: () => file({ wrongSets: [{ kind: 'wrong set', point: 0, round: 1, message: 'epoch 80: extra 7' }] }),
    names: 'epoch 80: extra 7',
  },
  'missing rounds': { results: () => file({ finished: (index) => (index === 0 ? 5 : 3) }), names: '2 of 15' },
  governor: {
    results: () => header({ environment: { ...file().header.environment, governor: 'powersave' } }),
    names: 'powersave',
  },
  load: { results: () => header({ load: 1.5 }), names: '1.50 on 2 cores' },
  noise: { results: () => file({ twin: () => ({ collectNs: 12 }) }), names: '20 %' },
  'few rounds': {
    results: () => resultsOf([pointOf({ tracker: 'null', rounds: 2 })], () => ({ collectNs: 10 })),
    names: 'the fewest: 2',
  },
  'wide interval': {
    results: () => file({}, (round) => ({ collectNs: 1000 * jitter(round, 0.5) })),
    names: 'flag-scan, uniform',
  },
  'severe outliers': {
    results: () => file({}, () => ({ collectNs: [1000, 1001, 1002, 1003, 1001, 1002, 1000, 1003, 1001, 9000] })),
    names: '10 %',
  },
  'floor missing': {
    results: () => resultsOf([pointOf({ tracker: 'flag-scan' })], () => ({ collectNs: 10 })),
    names: "'simulated'",
  },
  unavailable: {
    results: () =>
      header({ unavailable: [{ tracker: 'kvm-ring', why: 'no /dev/kvm', remedy: 'Load the kvm module.' }] }),
    names: 'kvm-ring was not measured: no /dev/kvm',
  },
};

describe('warnings', () => {
  test.each(warningKinds)('of kind %s say what was seen and what to do', (kind) => {
    const warnings = analyse(cases[kind].results()).warnings.filter((warning) => warning.kind === kind);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]?.text).toContain(cases[kind].names);
    expect(warnings[0]?.remedy).not.toBe('');
  });

  test('are none for a whole run on a quiet machine', () => {
    expect(analyse(file()).warnings).toEqual([]);
  });

  test('do not mind the governor where there is none or it is performance, nor a small load', () => {
    const environment = { ...file().header.environment, governor: 'performance' };
    expect(analyse(header({ environment, load: 0.9 })).warnings).toEqual([]);
  });

  test('do not mind points within the floor: their figures are not printed', () => {
    const wild = file({ twin: null }, (round) => ({ collectNs: 10 * jitter(round, 0.9) }));
    expect(analyse(wild).warnings.map(({ kind }) => kind)).toEqual(['missing rounds', 'noise']);
  });

  test('do not miss rounds that were given up, nor those of a twin that there is not', () => {
    const wrongSets = [{ kind: 'wrong set' as const, point: 1, round: 1, host: 'a', message: 'extra 7' }];
    const partly = file({ finished: (index) => (index === 0 ? 5 : 1), twin: null });
    const withoutTwin = { ...partly, header: { ...partly.header, twin: null } };
    const kinds = (changes: Partial<Results>) =>
      analyse({ ...withoutTwin, ...changes }).warnings.filter(({ kind }) => kind === 'missing rounds').length;
    expect(kinds({ wrongSets, hosts: [hostOf('a')] })).toBe(0);
    expect(kinds({ wrongSets })).toBe(0);
    expect(kinds({})).toBe(1);
    expect(kinds({ hosts: [hostOf('a')] })).toBe(1);
  });

  test('say of a host that cannot measure the A/A pair what helps', () => {
    const results = file({ twin: null });
    const [warning] = analyse({ ...results, header: { ...results.header, twin: null } }).warnings;
    expect(warning).toMatchObject({ kind: 'noise', text: expect.stringContaining('no point was measured twice') });
    expect(warning?.remedy).toContain('--host');
  });

  test('say that a single round has no interval', () => {
    const texts = (rounds: number) =>
      analyse(resultsOf([pointOf({ tracker: 'null', rounds })], () => ({ collectNs: 10 })))
        .warnings.filter(({ kind }) => kind === 'few rounds')
        .map(({ text }) => text.includes('one round has no interval'));
    expect([texts(1), texts(2), texts(5)]).toEqual([[true], [false], []]);
  });
});
