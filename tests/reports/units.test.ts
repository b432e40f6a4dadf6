import { describe, expect, it } from 'vitest';
import {
  formatBytes,
  formatCount,
  formatCoverage,
  formatFactor,
  formatFactors,
  formatMemory,
  formatPart,
  formatRatio,
  formatShare,
  formatTime,
} from '../../reports/units.js';

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

  it('write bytes that are read with their unit', () => {
    expect([512, 16384, 1.5 * 2 ** 20, 2 ** 31].map(formatBytes)).toEqual(['512 B', '16 KiB', '1.5 MiB', '2 GiB']);
  });

  it('say 100 % and 0 % where a part is the whole or nothing, or beyond it', () => {
    expect([1.2, 0.996, 0.93, 0.02, 0, -0.3].map(formatPart)).toEqual(['100 %', '100 %', '93 %', '2 %', '0 %', '0 %']);
  });

  it('give a range of factors once where its ends read the same', () => {
    expect([formatFactors(2.04, 3.2), formatFactors(1.22, 1.21)]).toEqual(['2.0x to 3.2x', '1.2x']);
  });

  it('never say that something is surer than it is', () => {
    expect([0.95, 0.995, 0.99977, 0.999999].map(formatCoverage)).toEqual(['95 %', '99.5 %', '99.97 %', '99.99 %']);
  });

  it('give shares and factors the digits that say something', () => {
    expect([0.934, 0.0123, 0, -0.031].map(formatShare)).toEqual(['93 %', '1.2 %', '0 %', '-3.1 %']);
    expect([1.44, 32.4, 4321].map(formatFactor)).toEqual(['1.4x', '32x', '4300x']);
    expect([9.94, 9.97, 10.3].map(formatFactor)).toEqual(['9.9x', '10x', '10x']);
    expect([9.994, 9.997, 10.3].map(formatRatio)).toEqual(['9.99x', '10x', '10x']);
    expect(formatFactors(9.97, 10.3)).toBe('10x');
  });
});
