import { describe, expect, it } from 'vitest';
import { axisColumns, namePoint } from '../../reports/axes.js';

describe('a point in words', () => {
  it('says what a number is of, down to kibibytes', () => {
    const points = [2 ** 18, 2 ** 40].map((clearChunkBytes) => ({ tracker: 'kvm-bitmap', clearChunkBytes }));
    expect(points.map((point) => namePoint(point, points))).toEqual([
      'kvm-bitmap, 256K cleared at once',
      'kvm-bitmap, 1T cleared at once',
    ]);
  });

  it('says where guests are, not yes or no', () => {
    const points = ['yes', 'no'].map((oneProcess) => ({ tracker: 'kvm-ring', guests: 4, oneProcess }));
    expect(points.map((point) => namePoint(point, points))).toEqual([
      'kvm-ring, in one process',
      'kvm-ring, each in its own process',
    ]);
    expect(axisColumns(points).map(({ title, of }) => [title, ...points.map(of)])).toContainEqual([
      'one process',
      'yes',
      'no',
    ]);
  });
});
