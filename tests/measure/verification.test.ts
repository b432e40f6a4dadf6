import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Verification } from '../../measure/verification.js';
import { lastWrites } from '../../measure/wrong-set.js';
import { openWorkload } from '../../workloads/registry.js';

const pages = fc.array(fc.integer({ min: 0, max: 500 }), { minLength: 1, maxLength: 60 });

function check(verification: Verification, written: number[], found: number[]): void {
  verification.check(Uint32Array.from(written), written.length, Uint32Array.from(found), found.length);
}

describe('verification', () => {
  it('accepts the set of pages written, in any order, whatever was written twice', () => {
    fc.assert(
      fc.property(pages, (written) => {
        const verification = new Verification(60, false);
        const found = [...new Set(written)].reverse();
        expect(() => check(verification, written, found)).not.toThrow();
        expect(verification.dirtyPages).toBe(found.length);
        expect(verification.writes).toBe(written.length);
      }),
    );
  });

  it('catches any lost page, and names the epoch', () => {
    fc.assert(
      fc.property(pages, fc.nat(), (written, at) => {
        const verification = new Verification(60, false);
        const found = [...new Set(written)];
        check(verification, written, found);
        found.splice(at % found.length, 1);
        expect(() => check(verification, written, found)).toThrow(/^epoch 2: /);
      }),
    );
  });

  it('catches a page found twice in place of another', () => {
    expect(() => check(new Verification(8, false), [1, 2, 3], [1, 2, 2])).toThrow(
      'epoch 1: 3 pages found where 3 were written: missing 3 (never written); doubled 2 (never written)',
    );
  });

  it('catches a page that was not written', () => {
    expect(() => check(new Verification(8, false), [1, 2, 3], [1, 2, 4])).toThrow(/missing 3 .*; extra 4 /);
  });

  it('catches more pages than were written', () => {
    expect(() => check(new Verification(8, false), [1], [1, 5])).toThrow('2 pages found where 1 were written');
  });

  it('says when each wrong page was last written, and names eight of a kind', () => {
    const last = new Map([[5, 3]]);
    const verification = new Verification(8, false, () => last);
    const many = Array.from({ length: 10 }, (_, i) => 100 + i);
    expect(() => check(verification, [1], [1, 1, 5, ...many])).toThrow(
      /extra 5 \(last written in epoch 3\), 100 \(never written\), .* 106 \(never written\) and 3 more; doubled 1 /,
    );
  });

  it('finds the epoch of a last write by running the workload again', () => {
    const task = { pages: 1024, pagesPerEpoch: 16, seed: 7 };
    const written: number[][] = [];
    const workload = openWorkload('uniform', task);
    const into = new Uint32Array(workload.mostWrites);
    for (let epoch = 0; epoch < 20; epoch++) written.push([...into.subarray(0, workload.next(into))]);
    const last = lastWrites(openWorkload('uniform', task), 20);
    for (const [page, epoch] of last) expect(written.findLastIndex((each) => each.includes(page)) + 1).toBe(epoch);
    expect(last.size).toBe(new Set(written.flat()).size);
  });

  it('wants a floor to find nothing', () => {
    expect(() => check(new Verification(8, true), [1, 2], [])).not.toThrow();
    expect(() => check(new Verification(8, true), [1, 2], [1, 2])).toThrow('2 pages found where 0 were written');
  });

  describe('of an approximate tracker', () => {
    const guestPages = 1000;
    const approximate = () => new Verification(60, false, undefined, 1, guestPages);

    it('accepts every page written among others, and counts what was found', () => {
      fc.assert(
        fc.property(pages, pages, (written, others) => {
          const verification = approximate();
          const found = [...new Set([...others, ...written])];
          check(verification, written, found);
          expect(verification.reportedPages).toBe(found.length);
          expect(verification.dirtyPages).toBe(new Set(written).size);
        }),
      );
    });

    it('catches any lost page, and names it alone', () => {
      fc.assert(
        fc.property(pages, pages, fc.nat(), (written, others, at) => {
          const lost = written[at % written.length] as number;
          const found = [...new Set([...others, ...written])].filter((page) => page !== lost);
          expect(() => check(approximate(), written, found)).toThrow(
            new RegExp(`where .* were written: missing ${lost} \\(never written\\)$`),
          );
        }),
      );
    });

    it('catches a page found twice, and one that the guest has not', () => {
      expect(() => check(approximate(), [1], [1, 5, 5])).toThrow(/: doubled 5 /);
      expect(() => check(approximate(), [1], [1, guestPages])).toThrow(/: extra 1000 /);
    });
  });

  it('gives the same hash for the same writes in the same order, and another for others', () => {
    const hashOf = (...written: number[]) => {
      const verification = new Verification(8, true);
      check(verification, written, []);
      return verification.writesHash;
    };
    expect(hashOf(1, 2, 3)).toBe(hashOf(1, 2, 3));
    expect(new Set([hashOf(1, 2, 3), hashOf(3, 2, 1), hashOf(1, 2), hashOf(1, 2, 3, 3)]).size).toBe(4);
  });
});
