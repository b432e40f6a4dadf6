import { describe, expect, it } from 'vitest';
import { availability } from '../../guests/availability.js';
import { openGuest } from '../../guests/registry.js';
import { RunningCollects } from '../../measure/running.js';
import { RunningOracle } from '../../measure/running-oracle.js';
import { exactnessOf } from '../../trackers/catalogue.js';
import { findsNothing } from '../../trackers/facts.js';
import { type TrackerName, trackerNames, trackers } from '../../trackers/registry.js';

const pages = 64;
const list = Uint32Array.of(3, 40, 7, 12);

/** A guest whose writes come exactly where a test wants them, and a tracker that harvests and protects again in two steps. */
class SteppedGuest {
  readonly #memory = new Uint32Array(pages);
  readonly #dirty = new Set<number>();
  writes = 0;

  write(): void {
    const page = list[this.writes++ % list.length] as number;
    this.#memory[page] = this.writes;
    this.#dirty.add(page);
  }

  harvest(): Uint32Array {
    return Uint32Array.from(this.#dirty);
  }

  /** Forgets what was harvested: what is written after this is found again. */
  reset(harvested: Uint32Array): void {
    for (const page of harvested) this.#dirty.delete(page);
  }

  readonly read = (page: number): number => this.#memory[page] as number;
}

/** A collect in which the guest writes a page again that was harvested just before. */
function collectInOrder(order: readonly ('harvest' | 'copy' | 'reset')[]): void {
  const guest = new SteppedGuest();
  const oracle = new RunningOracle(list, pages, 1, false);
  let found: Uint32Array = new Uint32Array();
  const steps = {
    harvest: () => {
      found = guest.harvest();
    },
    reset: () => guest.reset(found),
    copy: () => oracle.copy(found, guest.read),
  };
  for (let collect = 0; collect < 3; collect++) {
    // The page that is written again in the first collect is not written a third time before the second.
    for (let i = 0; i < (collect === 0 ? list.length : 2); i++) guest.write();
    const before = guest.writes;
    order.forEach((step, index) => {
      steps[step]();
      if (index === 1) guest.write();
    });
    oracle.check({ before, after: guest.writes, found });
  }
}

describe('the order of a collect beside a running guest', () => {
  it('is harvest, reset, copy: no write is lost', () => {
    expect(() => collectInOrder(['harvest', 'reset', 'copy'])).not.toThrow();
  });

  it('a copy before the reset lacks a write that nothing tells of any more', () => {
    expect(() => collectInOrder(['harvest', 'copy', 'reset'])).toThrow(
      /^collect \d of a guest that goes on: pages written before it began, and (copied without that write|found neither)/,
    );
  });
});

describe('the oracle of a running guest', () => {
  const oracle = () => new RunningOracle(list, pages, 1, false);
  const all = (copies: RunningOracle, found: Uint32Array) => copies.copy(found, () => 1000);

  it('takes a write made during a collect from that or from the next', () => {
    for (const second of [Uint32Array.of(40, 7, 12), Uint32Array.of(3, 40, 7, 12)]) {
      const one = oracle();
      const first = Uint32Array.of(3);
      all(one, first);
      one.check({ before: 0, after: 1, found: first });
      all(one, second);
      one.check({ before: 4, after: 5, found: second });
    }
  });

  it('names a page that neither of two collects found', () => {
    const one = oracle();
    const found = Uint32Array.of(3, 7, 12);
    all(one, found);
    expect(() => one.check({ before: 4, after: 4, found })).toThrow('found neither by it nor by the one before: 40');
  });

  it('names a page that was not written since', () => {
    const one = oracle();
    const found = Uint32Array.of(3, 40, 7, 12);
    all(one, found);
    one.check({ before: 4, after: 4, found });
    const more = Uint32Array.of(3, 7);
    all(one, more);
    expect(() => one.check({ before: 5, after: 5, found: more })).toThrow('not written since the one before began: 7');
  });

  it('names a page found twice', () => {
    const one = oracle();
    const found = Uint32Array.of(3, 3);
    expect(() => one.check({ before: 1, after: 1, found })).toThrow('found twice');
  });
});

const real = trackerNames.filter((name) => trackers[name].guest !== 'simulated' && !findsNothing(trackers[name]));

describe.each(real)('%s', (name: TrackerName) => {
  const kind = trackers[name];
  it.skipIf(!availability(kind).works || 'onlyStopped' in kind)('loses nothing of a guest that goes on', () => {
    const guest = openGuest(kind, { pages: 1024, ringEntries: null });
    try {
      const written = Uint32Array.from({ length: 100 }, (_, i) => (i * 377) % 1024);
      const findsMore = exactnessOf(name) !== 'exact';
      const cost = new RunningCollects({ guest, pages: 1024, findsMore, list: written }).measure();
      expect(cost.collects).toBeGreaterThanOrEqual(10);
      expect(Math.min(cost.collectNs, cost.beforePerSecond, cost.gapDuringNs)).toBeGreaterThan(0);
      expect(cost.longestGapNs).toBeGreaterThanOrEqual(cost.gapDuringNs);
    } finally {
      guest.close();
    }
  });
});
