import { workerData } from 'node:worker_threads';
import { Mapping, Pages } from '../kernel/memory.js';
import { setState, threadState } from '../kernel/thread.js';
import { type GoingSettings, goingWord, mostTurns, writerEnded } from './going.js';

/** The thread of a guest that goes on: writes, looks at its clock, and keeps the longest gap of each turn. */
const { address, bytes, list, words, gapsMs }: GoingSettings = workerData;

const pages = new Pages(Mapping.at(address, bytes));
const one = new Uint32Array(1);
setState(words, goingWord.state, threadState.ready);
try {
  write();
} finally {
  setState(words, goingWord.state, writerEnded);
}

function write(): void {
  let turn = 0;
  let longest = 0;
  let last = performance.now();
  for (
    let write = 1, at = 0;
    Atomics.load(words, goingWord.stop) === 0;
    write++, at = at + 1 === list.length ? 0 : at + 1
  ) {
    one[0] = list[at] as number;
    pages.touch(one, 1, write);
    Atomics.store(words, goingWord.writes, write);
    const now = performance.now();
    const gap = now - last;
    last = now;
    const asked = Atomics.load(words, goingWord.turn);
    if (asked === turn) {
      if (gap > longest) longest = gap;
      continue;
    }
    // A gap that begins in one turn and ends in another counts for the collect among them: collects are the odd turns.
    const collect = turn % 2 === 1 ? turn : turn + 1;
    keep(turn, longest);
    keep(collect, gap);
    turn = asked;
    longest = 0;
  }
  keep(turn, longest);
}

function keep(turn: number, gap: number): void {
  if (turn < mostTurns) gapsMs[turn] = Math.max(gapsMs[turn] ?? 0, gap);
}
