import { performance } from 'node:perf_hooks';
import { KernelError } from '../kernel/error.js';
import type { RunSink } from '../kernel/foreign-pagemap.js';
import {
  detach,
  interrupt,
  listen,
  madeThread,
  resume,
  type Stop,
  syscallState,
  waitForStop,
  waitForThread,
} from '../kernel/tracee.js';
import { Boundary } from './boundary.js';
import { enterMemoryCall, leaveMemoryCall } from './changes.js';
import type { Control } from './control.js';
import { EpochLog } from './epochs.js';
import { isInCall } from './inject.js';
import { WatchedMemory } from './memory.js';
import type { Run } from './numbering.js';
import { type Pace, type Progress, paceBetween, readProgress } from './pace.js';
import type { EpochRule } from './rule.js';
import { syscallNumber } from './syscalls.js';
import { statusNumber, type TracedThread } from './threads.js';

/** How a recording ends by itself, and what of it is left out. */
export interface TracerLimits {
  /** Epochs to record; null for as many as there are. */
  readonly epochs: number | null;
  /** Epochs to leave out first, and how long at least. */
  readonly skipEpochs: number;
  readonly skipMs: number;
}

/** Ends the thread that makes it, and no other. */
const exitCall = syscallNumber('exit');
/** After these the process's memory is gone. */
const endsMemory: readonly string[] = ['exit_group', 'execve', 'execveat'];

/** Follows the threads of one process from stop to stop, and takes the written pages where an epoch ends. */
export class Tracer {
  readonly log = new EpochLog();
  /** What each collection took, in nanoseconds. */
  readonly collections: number[] = [];
  /** Pages that were there. */
  readonly present: Run[] = [];
  stops = 0;
  /** How the process ended; null while it lives. */
  exit: { readonly code: number; readonly signal: number } | null = null;
  readonly #pid: number;
  readonly #limits: TracerLimits;
  readonly #control: Control;
  readonly #boundary: Boundary;
  readonly #threads = new Map<number, TracedThread>();
  /** Stops that were waited for while something else was done. */
  readonly #queue: Stop[];
  #memory: WatchedMemory | null = null;
  /** Names of what was not watched, with bytes. */
  readonly #unseen = new Map<string, number>();
  /** It has executed a program: a command that was started runs from then on. */
  #executed = false;
  #skipping: boolean;
  #toSkip: number;
  #skipUntil = 0;
  #begun: number;
  /** What had been done when the first recorded epoch began. */
  #stopsBefore = 0;
  #callsBefore = 0;
  #progressBefore: Progress | null = null;
  /** How far the process was when it was last seen. */
  #progress: Progress | null = null;
  /** Calls on memory that was given up. */
  #formerCalls = 0;
  readonly #add: RunSink = (first, end) => this.log.add(first, end);

  /** `stops` is what its threads were found at; a command that is yet to be executed is watched from then on. */
  constructor(
    pid: number,
    stops: readonly Stop[],
    { rule, limits, control, running }: { rule: EpochRule; limits: TracerLimits; control: Control; running: boolean },
  ) {
    this.#pid = pid;
    this.#queue = [...stops];
    this.#limits = limits;
    this.#control = control;
    this.#boundary = new Boundary(rule);
    // The epoch in which one comes to a running program is not whole.
    this.#toSkip = limits.skipEpochs + (running ? 1 : 0);
    this.#skipping = this.#toSkip > 0 || limits.skipMs > 0;
    for (const { thread } of stops) this.#threads.set(thread, { inside: false, call: null });
    this.#begun = performance.now();
    if (running) this.#openStopped();
  }

  /** Follows until the limits are reached, a stop is asked for or the process ends, then lets it go. */
  run(): void {
    try {
      while (this.exit === null && !this.#done()) {
        const stop = this.#queue.shift() ?? waitForStop();
        if (stop === 'none') break;
        if (stop !== null) this.#handle(stop);
        if (this.#control.takeTick()) this.#tick();
      }
      this.#listPresent();
    } finally {
      this.release();
    }
  }

  /** Seconds from the begin of the first recorded epoch until now. */
  get seconds(): number {
    return (performance.now() - this.#begun) / 1000;
  }

  /** Stops since the begin of the first recorded epoch. */
  get recordedStops(): number {
    return this.stops - this.#stopsBefore;
  }

  /** Calls to watch and to find what was written, since then. */
  get recordedCalls(): number {
    return this.#calls - this.#callsBefore;
  }

  /** The pace of the process since then; null if it was not seen twice. */
  get pace(): Pace | null {
    return paceBetween(this.#progressBefore, this.#progress);
  }

  /** Bytes that were not watched, by what is mapped there. */
  get unseen(): ReadonlyMap<string, number> {
    return this.#unseen;
  }

  /** Gives the memory up and lets every thread run on by itself. */
  release(): void {
    this.#closeMemory();
    for (const stop of this.#queue.splice(0)) this.#letGo(stop);
    for (const thread of [...this.#threads.keys()]) {
      if (detach(thread, 0)) this.#threads.delete(thread);
      if (this.#threads.has(thread) && interrupt(thread)) this.#letGo(waitForThread(thread));
    }
  }

  #done(): boolean {
    const { epochs } = this.#limits;
    return this.#control.stopAsked || (epochs !== null && this.log.epochs >= epochs) || this.log.full;
  }

  #letGo(stop: Stop): void {
    this.#threads.delete(stop.thread);
    if (stop.kind === 'exited') {
      if (stop.thread === this.#pid) this.exit = stop;
      return;
    }
    if (stop.kind === 'clone') this.#threads.set(madeThread(stop.thread), { inside: false, call: null });
    detach(stop.thread, stop.kind === 'signal' ? stop.signal : 0);
  }

  #handle(stop: Stop): void {
    this.stops++;
    const { thread } = stop;
    if (stop.kind === 'exited') {
      this.#threads.delete(thread);
      if (thread === this.#pid) this.exit = stop;
      return;
    }
    const traced = this.#threadOf(thread);
    if (traced === null) return;
    switch (stop.kind) {
      case 'stopped':
        listen(thread);
        return;
      case 'signal':
        traced.inside = false;
        resume(thread, stop.signal);
        return;
      case 'exec':
        this.#execute();
        break;
      case 'syscall':
        this.#syscall(thread, traced);
        break;
      case 'clone':
      case 'interrupted':
        break;
    }
    resume(thread, 0);
  }

  /** A thread by its number; null if it is of another process, which is let go. */
  #threadOf(thread: number): TracedThread | null {
    const known = this.#threads.get(thread);
    if (known !== undefined) return known;
    if (statusNumber(thread, 'Tgid') !== this.#pid) {
      detach(thread, 0);
      return null;
    }
    const traced = { inside: false, call: null };
    this.#threads.set(thread, traced);
    return traced;
  }

  /** The process runs another program now. */
  #execute(): void {
    this.#closeMemory();
    this.#boundary.forget();
    this.#executed = true;
    this.#threads.clear();
    this.#threads.set(this.#pid, { inside: true, call: null });
  }

  #syscall(thread: number, traced: TracedThread): void {
    const state = syscallState(thread);
    traced.inside = state.kind === 'entry';
    if (state.kind === 'entry') this.#enter(thread, traced, state.number);
    else if (state.kind === 'exit') this.#leave(thread, traced, state.result);
  }

  #enter(thread: number, traced: TracedThread, number: number): void {
    // The first thread then stays as a zombie until the others have ended: nobody can wait for it before.
    if (number === exitCall) this.#threads.delete(thread);
    const memory = this.#memory;
    if (memory === null) return;
    const ends = this.#boundary.endsAt(number, thread);
    traced.call = enterMemoryCall(number, memory, this.#add);
    if (traced.call !== null && endsMemory.includes(traced.call.name)) this.#listPresent();
    if (ends) this.#endEpoch(thread);
  }

  #leave(thread: number, traced: TracedThread, result: number): void {
    const { call } = traced;
    traced.call = null;
    if (this.#memory === null) {
      if (this.#executed) this.#openMemory(thread);
    } else if (call !== null && (result >= 0 || result < -4095)) {
      leaveMemoryCall(call, result, this.#memory);
    }
  }

  #tick(): void {
    if (this.#memory !== null) this.#endEpoch(null);
  }

  #endEpoch(thread: number | null): void {
    if (this.#skipping) {
      this.#toSkip--;
      if (this.#toSkip > 0 || performance.now() < this.#skipUntil) return;
      this.#collect(thread);
      this.log.drop();
      this.collections.length = 0;
      this.#skipping = false;
      this.#beginRecording();
    } else {
      this.#collect(thread);
      if (!this.log.end()) this.collections.pop();
    }
    this.#control.show({ epochs: this.log.epochs, pages: this.log.written, stops: this.stops });
  }

  #collect(thread: number | null): void {
    for (const [other, { inside }] of this.#threads) if (other !== thread && !inside) this.#pause(other);
    const begin = performance.now();
    this.#memory?.takeAll(this.#add);
    this.collections.push(Math.round((performance.now() - begin) * 1e6));
  }

  /** Stops a thread that may be running, so that it writes nothing meanwhile; its stop is handled in turn. */
  #pause(thread: number): void {
    if (this.#queue.some((stop) => stop.thread === thread)) return;
    if (interrupt(thread)) this.#queue.push(waitForThread(thread));
  }

  #openMemory(thread: number): void {
    this.#memory = WatchedMemory.open(this.#pid, thread);
    if (this.log.epochs === 0) this.#beginRecording();
    this.#skipUntil = this.#begun + this.#limits.skipMs;
  }

  #beginRecording(): void {
    this.#begun = performance.now();
    this.#stopsBefore = this.stops;
    this.#callsBefore = this.#calls;
    this.#progressBefore = readProgress(this.#pid);
  }

  get #calls(): number {
    return this.#formerCalls + (this.#memory?.calls ?? 0);
  }

  /** Watches the memory of a running program whose threads were all just stopped. */
  #openStopped(): void {
    try {
      const index = this.#readyThread();
      const stop = this.#queue[index];
      if (stop === undefined) return;
      this.#openMemory(stop.thread);
      // Whether its process is stopped it says when it is resumed.
      this.#queue[index] = { kind: 'interrupted', thread: stop.thread };
    } catch (error) {
      this.release();
      throw error;
    }
  }

  /** Where in the queue a thread stands that can make a call; one that has just been given a signal, say, is brought on first. */
  #readyThread(): number {
    const ready = ({ kind }: Stop) => kind === 'interrupted' || kind === 'stopped';
    // One in a system call is in no restartable sequence, which would not be started anew.
    const waiting = this.#queue.findIndex((stop) => ready(stop) && isInCall(stop.thread));
    const found = waiting !== -1 ? waiting : this.#queue.findIndex(ready);
    if (found !== -1) return found;
    const index = this.#queue.findIndex(({ kind }) => kind !== 'exited');
    for (let stop = this.#queue[index]; stop !== undefined && !ready(stop) && stop.kind !== 'exited'; ) {
      interrupt(stop.thread);
      resume(stop.thread, stop.kind === 'signal' ? stop.signal : 0);
      stop = waitForThread(stop.thread);
      this.#queue[index] = stop;
    }
    return index;
  }

  #closeMemory(): void {
    for (const [name, bytes] of this.#memory?.unseen() ?? []) {
      this.#unseen.set(name, (this.#unseen.get(name) ?? 0) + bytes);
    }
    this.#formerCalls = this.#calls;
    this.#memory?.close();
    this.#memory = null;
  }

  #listPresent(): void {
    this.#progress = readProgress(this.#pid) ?? this.#progress;
    try {
      this.#memory?.listPresent((first, end) => this.present.push([first, end]));
    } catch (error) {
      // Of a process that has just ended there is nothing to list.
      if (!(error instanceof KernelError)) throw error;
    }
  }
}
