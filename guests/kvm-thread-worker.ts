import { workerData } from 'node:worker_threads';
import { libc } from '../kernel/libc.js';
import { setState, threadState } from '../kernel/thread.js';
import { runVcpu } from '../kernel/vcpu.js';
import { lastTurn, type ThreadSettings, turnWord } from './kvm-thread.js';

/** The thread of one vCPU: waits for a turn, runs the guest until it exits, says so. */
const { vcpu, turns }: ThreadSettings = workerData;

// Loaded before it is ready, so that no turn waits for it.
libc();
let turn: number = threadState.ready;
setState(turns, turnWord.done, turn);
while (turn !== lastTurn) {
  Atomics.wait(turns, turnWord.asked, turn);
  const asked = Atomics.load(turns, turnWord.asked);
  if (asked === turn) continue;
  turn = asked;
  if (turn !== lastTurn) Atomics.store(turns, turnWord.error, runVcpu(vcpu));
  setState(turns, turnWord.done, turn);
}
