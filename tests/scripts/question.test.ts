import { describe, expect, it } from 'vitest';
import { type QuestionFlags, questionOf, shareOf } from '../../scripts/options/question.js';

const flags: QuestionFlags = { workload: 'uniform', cache: 'l2-cold', memory: '8G', pages: '500', ioFrequency: '100' };
const measured = ['simulated', 'kvm'];

function without(...names: (keyof QuestionFlags)[]): QuestionFlags {
  return {
    workload: 'uniform',
    cache: 'l2-cold',
    ...Object.fromEntries(Object.entries(flags).filter(([name]) => !names.some((one) => one === name))),
  };
}

describe('a question', () => {
  it('is of a guest on KVM where one was measured', () => {
    expect(questionOf(flags, measured)).toEqual({
      guest: 'kvm',
      workload: 'uniform',
      memoryBytes: 8 * 2 ** 30,
      pages: 500,
      ioFrequency: 100,
      cache: 'l2-cold',
      budget: null,
    });
    expect(questionOf(flags, ['simulated']).guest).toBe('simulated');
  });

  it('takes a dirty rate for pages, and a trace for what it wrote', () => {
    expect(questionOf({ ...without('pages'), dirtyRate: '20000' }, measured).pages).toBe(200);
    expect(questionOf({ ...without('pages'), workload: 'trace:echo' }, measured).pages).toBeGreaterThan(1);
  });

  it('takes from a running guest what is not said', () => {
    const found = { memoryBytes: 2 ** 30, pages: 7, ioFrequency: 3 };
    expect(questionOf(without('memory', 'pages', 'ioFrequency'), measured, found)).toMatchObject(found);
    expect(questionOf(flags, measured, found)).toMatchObject({
      memoryBytes: 8 * 2 ** 30,
      pages: 500,
      ioFrequency: 100,
    });
  });

  it.each<[QuestionFlags, string]>([
    [without('memory'), 'Give --memory'],
    [without('ioFrequency'), 'Give --io-frequency'],
    [without('pages'), 'Give --pages'],
    [{ ...flags, memory: '1X' }, "--memory: '1X' is not a size"],
    [{ ...flags, memory: '1G-2G' }, 'give one value'],
    [{ ...flags, memory: '4M', pages: '2000' }, "more than the 1024 of the guest's memory"],
    [{ ...flags, ioFrequency: '-1' }, "--io-frequency: '-1' is not a number above 0"],
    [{ ...flags, workload: 'trace:redis-set' }, 'leave --pages and --dirty-rate out'],
    [{ ...flags, workload: 'unifrom' }, "did you mean 'uniform'"],
    [{ ...flags, dirtyRate: '5' }, 'give one'],
    [{ ...flags, guest: 'process' }, "no guest 'process' was measured"],
  ])('is refused where it makes no sense: %j', (given, why) => {
    expect(() => questionOf(given, measured)).toThrow(why);
  });
});

describe('a budget', () => {
  it('is a share, in percent or not', () => {
    expect([shareOf('5%'), shareOf('0.05'), shareOf(' 12.5 % ')]).toEqual([0.05, 0.05, 0.125]);
    for (const text of ['5', '0', '100%', '', '5x', '-1%']) expect(() => shareOf(text)).toThrow('as 5%');
  });
});
