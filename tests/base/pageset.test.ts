import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PageSet } from '../../base/pageset.js';

const page = fc.oneof(
  fc.nat(40),
  fc.nat(2 ** 28 - 1),
  fc.nat(1000).map((n) => n * 2 ** 18),
);

test('holds what a Set holds, through any adding and clearing', () => {
  fc.assert(
    fc.property(fc.array(fc.array(page, { maxLength: 200 }), { maxLength: 20 }), (fillings) => {
      const set = new PageSet(200);
      for (const filling of fillings) {
        const model = new Set<number>();
        for (const added of filling) {
          expect(set.has(added)).toBe(model.has(added));
          expect(set.add(added)).toBe(!model.has(added));
          model.add(added);
          expect(set.size).toBe(model.size);
        }
        for (const held of filling) expect(set.has(held)).toBe(true);
        set.clear();
        for (const held of filling) expect(set.has(held)).toBe(false);
      }
    }),
  );
});

test('takes as many pages as it was made for', () => {
  for (const most of [1, 2, 7, 8, 1000]) {
    const set = new PageSet(most);
    for (let i = 0; i < most; i++) expect(set.add(i * 4096)).toBe(true);
    for (let i = 0; i < most; i++) expect(set.add(i * 4096)).toBe(false);
    expect(set.size).toBe(most);
  }
});
