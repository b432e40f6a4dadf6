import { setFlagsFromString } from 'node:v8';
import { ModuleError } from '../base/modulepath.js';
import { KernelError } from '../kernel/error.js';
import { knownTracker } from '../trackers/registry.js';
import { WorkloadError } from '../workloads/workload.js';
import { loadPointModules, runsModules } from './modules.js';
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
export default async function work(task: RoundTask): Promise<RoundOutcome> {
  if (used) throw new Error('this isolate has already run a round');
  used = true;
  try {
    await loadPointModules(task.point);
    const tracker = knownTracker(task.point.tracker);
    if (tracker === null) throw new Error(`unknown tracker '${task.point.tracker}'`);
    return { kind: 'measured', measurement: runRound(task, tracker) };
  } catch (error) {
    if (error instanceof WrongSetError) return { kind: 'wrong-set', message: error.message };
    if (isRefusal(error)) return { kind: 'refused', message: error.message };
    if (runsModules(task.point)) return { kind: 'refused', message: thrown(error) };
    throw error;
  }
}

/** Whether the message of an error says all there is to say. */
function isRefusal(error: unknown): error is Error {
  return error instanceof KernelError || error instanceof ModuleError || error instanceof WorkloadError;
}

/** What code of the user's own threw, and from where. */
function thrown(error: unknown): string {
  if (!(error instanceof Error)) return `it threw ${String(error)}`;
  const [at = ''] = (error.stack ?? '').split('\n').filter((line) => /^ +at /.test(line));
  return `it threw ${error.name}: ${error.message.split('\n')[0]}${at.replace(/^ +/, ' ')}`;
}
