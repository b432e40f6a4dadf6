import { describe, expect, it } from 'vitest';
import { inOrder, lookOf } from '../../../reports/charts/look.js';
import { trackerNames } from '../../../trackers/registry.js';

describe('the look of trackers', () => {
  it('differs between any two trackers there are, in colour and in dash or shape', () => {
    const looks = trackerNames.map(lookOf);
    expect(new Set(looks.map((look) => look.colour)).size).toBe(trackerNames.length);
    expect(new Set(looks.map((look) => `${look.dash} ${look.shape}`)).size).toBe(trackerNames.length);
  });

  it('tells ring sizes of one tracker apart and keeps its colour', () => {
    const [small, large] = [lookOf('dirty-ring 1024'), lookOf('dirty-ring 4096')];
    expect(small.colour).toBe(lookOf('dirty-ring').colour);
    expect([large.dash, large.shape]).not.toEqual([small.dash, small.shape]);
  });

  it('gives a tracker it does not know the same look each time', () => {
    expect(lookOf('my-tracker')).toEqual(lookOf('my-tracker'));
  });

  it('orders schemes by family, ring sizes by number, and strangers last', () => {
    expect(inOrder(['zebra', 'dirty-ring 4096', 'flag-queue', 'dirty-ring 512', 'flag-scan', 'ant'])).toEqual([
      'flag-scan',
      'flag-queue',
      'dirty-ring 512',
      'dirty-ring 4096',
      'ant',
      'zebra',
    ]);
  });
});
