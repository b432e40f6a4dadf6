import { Worker } from 'node:worker_threads';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { ConcurrentTrackerName } from '../../../trackers/concurrent/kinds.js';
import { trackers } from '../../../trackers/registry.js';
import type { Sharing } from '../../../trackers/sharing.js';

const vcpus = 4;
const writesPerVcpu = 2 ** 17;
/** How long the threads may take before one is given up for lost. */
const patienceMs = 60_000;

/** Collects that have begun and that have ended, marks that were lost, and threads that are done and that have thrown. */
export const progressWord = { begun: 0, ended: 1, lost: 2, finished: 3, failed: 4 } as const;

/** What a thread that marks is started with. */
export interface StressSettings {
  readonly sharing: Sharing;
  readonly vcpu: number;
  readonly writes: number;
  /** How often each page was written: a thread counts its write, then marks the page. */
  readonly written: Int32Array<SharedArrayBuffer>;
  /** What `written` was when the page was last collected. */
  readonly copied: Int32Array<SharedArrayBuffer>;
  readonly progress: Int32Array<SharedArrayBuffer>;
  /** For each thread, twice the batches of marks it has made; odd while it is in the middle of one. */
  readonly batches: Int32Array<SharedArrayBuffer>;
}

/**
 * Marks from several threads while collecting. A page that is collected is copied as it is then; so a collect that begins
 * when a mark, and those it came upon, have returned must have copied that write or a later one; and no collect may list
 * a page twice.
 */
export function stress(
  name: ConcurrentTrackerName,
  options: { ringEntries: number | null } = { ringEntries: null },
): void {
  describe(`${name}, marked by ${vcpus} threads while it is collected (${JSON.stringify(options)})`, () => {
    it.each([100, 5000, 100_000])('loses no write and lists no page twice, of %i pages', (pages) => {
      const tracker = trackers[name].create(pages, { ...options, vcpus });
      const [written, copied] = [shared(pages), shared(pages)];
      const [progress, batches] = [shared(5), shared(vcpus)];
      if (tracker.sharing === undefined) throw new Error(`${name} shares nothing`);
      for (let vcpu = 0; vcpu < vcpus; vcpu++) {
        const { sharing } = tracker;
        const settings: StressSettings = { sharing, vcpu, writes: writesPerVcpu, written, copied, progress, batches };
        const worker = new Worker(new URL('./stress-worker.js', import.meta.url), { workerData: settings });
        onTestFinished(async () => {
          await worker.terminate();
        });
      }

      const listedIn = new Int32Array(pages);
      const into = new Uint32Array(pages);
      let twice = 0;
      const collect = () => {
        const epoch = Atomics.add(progress, progressWord.begun, 1) + 1;
        const found = tracker.collect(into);
        for (let i = 0; i < found; i++) {
          const page = into[i] as number;
          if (listedIn[page] === epoch) twice++;
          listedIn[page] = epoch;
          copied[page] = Atomics.load(written, page);
        }
        Atomics.add(progress, progressWord.ended, 1);
        Atomics.notify(progress, progressWord.ended);
        return found;
      };
      // Nothing else runs in this thread meanwhile, nor vitest's limit: a thread that has thrown is seen here.
      const deadline = performance.now() + patienceMs;
      while (Atomics.load(progress, progressWord.finished) < vcpus) {
        if (Atomics.load(progress, progressWord.failed) > 0) throw new Error('a thread that marks has thrown');
        if (performance.now() > deadline) throw new Error(`the threads have not ended within ${patienceMs} ms`);
        collect();
      }

      expect(written.reduce((sum, count) => sum + count, 0)).toBe(vcpus * writesPerVcpu);
      expect(Atomics.load(progress, progressWord.lost)).toBe(0);
      expect(twice).toBe(0);
      expect(collect()).toBe(0);
      expect(copied).toEqual(written);
    });
  });
}

function shared(words: number): Int32Array<SharedArrayBuffer> {
  return new Int32Array(new SharedArrayBuffer(words * Int32Array.BYTES_PER_ELEMENT));
}
