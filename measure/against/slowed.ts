import type { Guest } from '../../guests/guest.js';

/**
 * The guest, with collects that take `factor` times as long: to see whether a change of that size is found. What it is held against
 * is slowed by 1, so that both run the same code.
 */
export function slowed(guest: Guest, factor: number): Guest {
  return {
    run: (pages, count) => guest.run(pages, count),
    collect(into) {
      const begin = process.hrtime.bigint();
      const found = guest.collect(into);
      const end = begin + BigInt(Math.round(Number(process.hrtime.bigint() - begin) * factor));
      while (process.hrtime.bigint() < end);
      return found;
    },
    get forcedExits() {
      return guest.forcedExits;
    },
    get kernelNs() {
      return guest.kernelNs;
    },
    unitPages: guest.unitPages,
    arming: guest.arming,
    goOn: guest.goOn?.bind(guest),
    close: () => guest.close(),
  };
}
