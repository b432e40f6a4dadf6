import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hasOwnLook, type Look, lookOf } from '../../../reports/charts/look.js';
import { trackerNames } from '../../../trackers/registry.js';

describe('the look of trackers', () => {
  const own = trackerNames.filter(hasOwnLook).map(lookOf);
  const marks = (looks: Look[]) => new Set(looks.map((look) => `${look.dash} ${look.shape}`));

  it('differs between any two that have one of their own, in colour and in dash or shape', () => {
    expect(own.length).toBeGreaterThan(20);
    expect(new Set(own.map((look) => look.colour)).size).toBe(own.length);
    expect(marks(own).size).toBe(own.length);
  });

  it('is for any other tracker unlike all of these, in colour and in dash or shape', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z]{1,8}(-[a-z]{1,8}){0,2}$/), (name) => {
        fc.pre(!hasOwnLook(name));
        const other = lookOf(name);
        expect(own.map((look) => look.colour)).not.toContain(other.colour);
        expect(marks([...own, other]).size).toBe(own.length + 1);
      }),
    );
  });

  it('seldom is the same for two other trackers', () => {
    const names = ['chunked', 'lazy', 'sparse', 'paged'].flatMap((how) =>
      ['flags', 'queue', 'log'].map((what) => `${how}-${what}`),
    );
    expect(new Set(names.map((name) => JSON.stringify(lookOf(name)))).size).toBeGreaterThanOrEqual(names.length - 1);
  });

  it('is a look even for a name that objects have', () => {
    expect(lookOf('constructor').colour).toMatch(/^#/);
  });

  it('tells ring sizes of one tracker apart and keeps its colour', () => {
    const [small, large] = [lookOf('dirty-ring 1024'), lookOf('dirty-ring 4096')];
    expect(small.colour).toBe(lookOf('dirty-ring').colour);
    expect([large.dash, large.shape]).not.toEqual([small.dash, small.shape]);
  });

  it.each(['kvm-ring', 'dirty-ring', 'kvm-bitmap', 'my-tracker', 'chunked-log'])(
    'differs in dash or shape between any two sizes and backings of %s, and keeps its colour',
    (tracker) => {
      const sizes = ['', ...Array.from({ length: 7 }, (_, power) => ` ${2 ** (10 + power)}`)];
      const chunks = Array.from({ length: 5 }, (_, power) => ` ${2 ** power}M`);
      for (const each of [sizes, ['', ...chunks]]) {
        const schemes = each.flatMap((size) =>
          ['', ' thp', ' hugetlb', ' file'].map((backing) => tracker + size + backing),
        );
        const looks = schemes.map(lookOf);
        expect(marks(looks).size).toBe(schemes.length);
        expect(new Set(looks.map(({ colour }) => colour)).size).toBe(1);
      }
    },
  );

  it('gives a tracker without one of its own the same look each time', () => {
    expect(lookOf('my-tracker')).toEqual(lookOf('my-tracker'));
  });
});
