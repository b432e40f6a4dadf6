import { setFlagsFromString } from 'node:v8';
import { KernelError } from '../kernel/error.js';
import { isTrackerName, trackers } from '../trackers/registry.js';
import { type Measurement, type RoundTask, runRound } from './round.js';
import { WrongSetError } from './wrong-set.js';

/** What a worker sends back: an error does not keep its class on the way between threads. */
export type RoundOutcome =
  | { readonly kind: 'measured'; readonly measurement: Measurement }
  | { readonly kind: 'wrong-set'; readonly message: string }
  | { readonly kind: 'refused'; readonly message: string };

// With V8's compiler in a thread of its own, when a loop becomes fast depends on how busy the machine is, and a short
// round may never see it. Compiled where it is asked for, it is there before the measured epochs begin.
setFlagsFromString('--no-concurrent-recompilation');

let used = false;

/**
 * Runs one round; the isolate is then used up, since V8 optimises a loop by what it has seen before.
 * @throws Error if it is asked for a second round.
 */
export default function work(task: RoundTask): RoundOutcome {
  if (used) throw new Error('this isolate has already run a round');
  used = true;
  if (!isTrackerName(task.point.tracker)) throw new Error(`unknown tracker '${task.point.tracker}'`);
  try {
    return { kind: 'measured', measurement: runRound(task, trackers[task.point.tracker]) };
  } catch (error) {
    if (error instanceof WrongSetError) return { kind: 'wrong-set', message: error.message };
    if (error instanceof KernelError) return { kind: 'refused', message: error.message };
    throw error;
  }
}
