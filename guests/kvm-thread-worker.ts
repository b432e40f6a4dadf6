import { workerData } from 'node:worker_threads';
import { libc } from '../kernel/libc.js';
import { runVcpu } from '../kernel/vcpu.js';
import { firstTurn, lastTurn, type ThreadSettings, turnWord } from './kvm-thread.js';

/** The thread of one vCPU: waits for a turn, runs the guest until it exits, says so. */
const { vcpu, turns }: ThreadSettings = workerData;

function done(turn: number): void {
  Atomics.store(turns, turnWord.done, turn);
  Atomics.notify(turns, turnWord.done);
}

let turn: number = firstTurn;
libc();
done(turn);
while (turn !== lastTurn) {
  Atomics.wait(turns, turnWord.asked, turn);
  const asked = Atomics.load(turns, turnWord.asked);
  if (asked === turn) continue;
  turn = asked;
  if (turn !== lastTurn) Atomics.store(turns, turnWord.error, runVcpu(vcpu));
  done(turn);
}
