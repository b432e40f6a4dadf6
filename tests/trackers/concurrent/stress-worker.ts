import { workerData } from 'node:worker_threads';
import { openMarker } from '../../../trackers/concurrent/marker.js';
import { progressWord, type StressSettings } from './stress.js';

const { sharing, vcpu, writes, written, copied, progress, batches }: StressSettings = workerData;
/** Marks between two checks: few, so that another write of the same page seldom makes up for a lost one. */
const batch = 256;

/** Stands still until a collect that began after now has ended. */
function awaitCollect(): void {
  const begun = Atomics.load(progress, progressWord.begun);
  for (;;) {
    const ended = Atomics.load(progress, progressWord.ended);
    if (ended > begun) return;
    Atomics.wait(progress, progressWord.ended, ended);
  }
}

/** Stands still until every mark that another thread is in the middle of now has returned. */
function awaitMarks(): void {
  const before = batches.map((_, other) => Atomics.load(batches, other));
  before.forEach((count, other) => {
    while (count % 2 === 1 && Atomics.load(batches, other) === count) awaitCollect();
  });
}

let random = vcpu + 1;
const pages = new Int32Array(batch);
const versions = new Int32Array(batch);
/** How many of the batch's writes have not been copied. */
function missing(): number {
  return pages.filter((page, i) => Atomics.load(copied, page) < (versions[i] as number)).length;
}

function markAll(): void {
  const marker = openMarker(sharing, vcpu);
  for (let done = 0; done < writes; done += batch) {
    Atomics.add(batches, vcpu, 1);
    for (let i = 0; i < batch; i++) {
      random = (Math.imul(random, 1_664_525) + 1_013_904_223) | 0;
      const page = Math.floor(((random >>> 0) / 2 ** 32) * written.length);
      pages[i] = page;
      versions[i] = Atomics.add(written, page, 1) + 1;
      if (marker.mark(page)) awaitCollect();
    }
    Atomics.add(batches, vcpu, 1);
    awaitCollect();
    if (missing() === 0) continue;
    // A mark may rely on another thread that has claimed the page and not entered it yet: once that has, it must be found.
    awaitMarks();
    awaitCollect();
    Atomics.add(progress, progressWord.lost, missing());
  }
}

try {
  markAll();
  Atomics.add(progress, progressWord.finished, 1);
} catch (error) {
  Atomics.add(progress, progressWord.failed, 1);
  throw error;
}
