import { describe, expect, it } from 'vitest';
import { warmUp } from '../../../measure/transactions/warmup.js';

/** Processes that do so much a second in each piece, and the lengths of the pieces. */
function processes(...paces: number[]) {
  const pieces: number[] = [];
  const pace = async (seconds: number) => {
    pieces.push(seconds);
    return paces[pieces.length - 1] ?? Number.NaN;
  };
  return { pieces, pace };
}

describe('a warm-up', () => {
  it('ends once the pace no longer rises', async () => {
    const { pieces, pace } = processes(1000, 3000, 3900, 3950);
    expect(await warmUp(pace, 10)).toEqual({ seconds: 4, steady: true });
    expect(pieces).toEqual([1, 1, 1, 1]);
  });

  it('says of what rises until its time is over that it did not become steady', async () => {
    const { pieces, pace } = processes(1000, 1100, 1300);
    expect(await warmUp(pace, 2.5)).toEqual({ seconds: 2.5, steady: false });
    expect(pieces).toEqual([1, 1, 0.5]);
  });

  it('takes nothing for steady that it has seen but once', async () => {
    expect(await warmUp(processes(1000).pace, 0.5)).toEqual({ seconds: 0.5, steady: false });
  });

  it('of no time runs nothing', async () => {
    const { pieces, pace } = processes();
    expect(await warmUp(pace, 0)).toEqual({ seconds: 0, steady: false });
    expect(pieces).toEqual([]);
  });
});
