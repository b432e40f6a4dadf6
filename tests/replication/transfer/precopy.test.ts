import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Precopy, type PrecopySource } from '../../../replication/transfer/precopy.js';
import type { PrecopyRound } from '../../../results/migrations.js';

const memoryPages = 4096;

/** A guest whose memory is a number a page, and a copy of it that gets what is sent. */
class Machine implements PrecopySource {
  readonly memoryBytes = memoryPages * 4096;
  readonly memory = new Uint32Array(memoryPages);
  readonly copy = new Uint32Array(memoryPages);
  readonly rounds: PrecopyRound[] = [];
  readonly #dirty = new Set<number>();
  #version = 0;

  write(...pages: number[]): void {
    for (const page of pages) {
      this.memory[page] = ++this.#version;
      this.#dirty.add(page);
    }
  }

  *written(): Generator<number> {
    for (let page = 0; page < memoryPages; page++) if (this.memory[page] !== 0) yield page;
  }

  collect(into: Uint32Array): number {
    const found = [...this.#dirty];
    into.set(found);
    this.#dirty.clear();
    return found.length;
  }

  take(pages: Uint32Array): void {
    for (const page of pages) this.copy[page] = this.memory[page] as number;
  }
}

/** Pre-copies a machine that writes before each chunk that is sent, and then takes what is left. */
async function move(machine: Machine, meanwhile: () => readonly number[], downtimeNs: number) {
  const precopy = new Precopy(machine, {
    downtimeNs,
    arrived: async () => {},
    round: (round) => machine.rounds.push(round),
    send: async (pages) => {
      machine.write(...meanwhile());
      machine.take(pages);
      machine.write(...meanwhile());
      return pages.length * 4096;
    },
  });
  const converged = await precopy.converge();
  machine.write(...meanwhile());
  const { pages } = precopy.finish();
  machine.take(pages);
  return { converged, pages };
}

test('whatever is written while pages are sent, the copy is exact in the end', async () => {
  const page = fc.integer({ min: 0, max: memoryPages - 1 });
  const bursts = fc.array(fc.array(page, { maxLength: 40 }), { maxLength: 60 });
  await fc.assert(
    fc.asyncProperty(fc.array(page, { maxLength: 2000 }), bursts, async (before, writes) => {
      const machine = new Machine();
      machine.write(...before);
      const rest = [...writes];
      const { pages } = await move(machine, () => rest.shift() ?? [], 0);
      expect(machine.copy).toEqual(machine.memory);
      expect(new Set(pages).size).toBe(pages.length);
    }),
    { numRuns: 60 },
  );
});

test('a guest that writes little converges, and each round sends what the one before found', async () => {
  const machine = new Machine();
  machine.write(...Array.from({ length: 3000 }, (_, page) => page));
  let writes = 200;
  const { converged } = await move(machine, () => (writes > 0 ? [writes-- % 50] : []), 1e9);
  expect(converged).toBe(true);
  const [first] = machine.rounds;
  expect(first).toMatchObject({ pages: 3000, bytes: 3000 * 4096 });
  expect(first?.found).toBeGreaterThan(0);
  expect(machine.rounds).toHaveLength(1);
});

test('a guest that writes as fast as pages are sent does not converge, and is told so after three rounds', async () => {
  const machine = new Machine();
  const all = Array.from({ length: 2000 }, (_, page) => page);
  machine.write(...all);
  const { converged } = await move(machine, () => all, 0);
  expect(converged).toBe(false);
  expect(machine.rounds.map(({ found }) => found)).toEqual([2000, 2000, 2000, 2000]);
});

test('a guest whose writes fall for ever is given up after thirty rounds', async () => {
  const machine = new Machine();
  const first = (count: number) => Array.from({ length: count }, (_, page) => page);
  machine.write(...first(4000));
  const { converged } = await move(machine, () => first(4000 * 0.88 ** machine.rounds.length), 0);
  expect(converged).toBe(false);
  expect(machine.rounds).toHaveLength(30);
});
