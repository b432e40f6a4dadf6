import { parentPort, workerData } from 'node:worker_threads';
import { startCommand } from './command.js';
import { Control } from './control.js';
import type { FromThread, ThreadPlan } from './plan.js';
import { attach } from './threads.js';
import { Tracer } from './tracer.js';

/** The recording thread: every ptrace call on a program has to come from one thread, which waits in between. */
const plan: ThreadPlan = workerData;

function record(control: Control): void {
  const { target } = plan;
  const { pid, stops } =
    target.kind === 'process' ? { pid: target.pid, stops: attach(target.pid) } : startCommand(target.command);
  const { rule, limits } = plan;
  const tracer = new Tracer(pid, stops, { rule, limits, control, running: target.kind === 'process' });
  say({ kind: 'recording', pid });
  tracer.run();
  say({
    kind: 'ended',
    recorded: {
      pid,
      epochs: tracer.log.list(),
      present: tracer.present,
      collections: Float64Array.from(tracer.collections),
      seconds: tracer.seconds,
      stops: tracer.recordedStops,
      calls: tracer.recordedCalls,
      paces: { recorded: tracer.pace, before: null, after: null, stops: tracer.recordedStops / tracer.seconds },
      unseen: [...tracer.unseen],
      exit: tracer.exit,
    },
  });
}

function say(message: FromThread): void {
  parentPort?.postMessage(message);
}

const control = new Control(plan.words);
control.enter();
try {
  record(control);
} catch (error) {
  const { name, message, stack = '' } = error instanceof Error ? error : new Error(String(error));
  say({ kind: 'failed', name, message, stack });
} finally {
  control.leave();
}
