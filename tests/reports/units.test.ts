import { describe, expect, it } from 'vitest';
import { formatCount, formatFactor, formatMemory, formatShare, formatTime } from '../../reports/units.js';

describe('units', () => {
  it.each([
    [0, '0 ns'],
    [7.69, '7.69 ns'],
    [38.44, '38.4 ns'],
    [999.4, '999 ns'],
    [999.6, '1 µs'],
    [7_700, '7.7 µs'],
    [999_700, '1 ms'],
    [12_250_000, '12.3 ms'],
    [-2_500, '-2.5 µs'],
    [1.5e9, '1.5 s'],
  ])('%d ns read as %s', (ns, text) => {
    expect(formatTime(ns)).toBe(text);
  });

  it('shorten counts from ten thousand on', () => {
    expect([64, 4096, 10_000, 2_500_000].map(formatCount)).toEqual(['64', '4096', '10k', '2.5M']);
  });

  it('write memory as sweeps do', () => {
    expect([2 ** 29, 2 ** 32, 3 * 2 ** 40, 123_456_789].map(formatMemory)).toEqual(['512M', '4G', '3T', '118M']);
  });

  it('give shares and factors the digits that say something', () => {
    expect([0.934, 0.0123, 0, -0.031].map(formatShare)).toEqual(['93 %', '1.2 %', '0 %', '-3.1 %']);
    expect([1.44, 32.4, 4321].map(formatFactor)).toEqual(['1.4x', '32x', '4300x']);
  });
});
