import { workerData } from 'node:worker_threads';
import { serveTurns, type Turns } from '../../base/thread.js';

/** A thread that counts its turns, and fails in one of them; in turn 0 it does not come up. */
export interface FailingWork {
  readonly count: Int32Array<SharedArrayBuffer>;
  readonly failsIn: number;
}

const { count, failsIn, ...turns }: FailingWork & Turns = workerData;
if (failsIn === 0) throw new Error('no scan.wasm');

serveTurns(turns, () => {
  if (Atomics.add(count, 0, 1) + 1 === failsIn) throw new RangeError('page 7 is\n  beyond the slice');
});
