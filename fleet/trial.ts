import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, readFileSync, readSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { Random } from '../base/random.js';
import { FailedTrialError } from '../base/usererror.js';
import { planJobs } from '../measure/plan.js';
import { readResults } from '../results/file.js';
import { fleetKey } from '../results/fleet.js';
import type { Results } from '../results/schema.js';
import { RedisServer } from './server.js';

/** The processes of a fleet that a trial can kill. */
export const victims = ['worker', 'coordinator', 'redis'] as const;

/** A process that a trial can kill. */
export type Victim = (typeof victims)[number];

/** A fleet on this machine, of workers that measure nothing, and how often something of it is killed. */
export interface TrialPlan {
  readonly workers: number;
  /** At least; the sweep may have a few more. */
  readonly rounds: number;
  readonly kills: number;
  readonly seed: number;
  /** What dirtybench is run with. */
  readonly command: readonly string[];
}

/** How far a trial is. */
export interface TrialProgress {
  readonly rounds: number;
  readonly kills: number;
}

/** What a trial found: every round was in the file once, and Redis was empty. */
export interface TrialResult {
  readonly rounds: number;
  readonly kills: Readonly<Record<Victim, number>>;
  /** Hosts that have rounds in the file. */
  readonly hosts: number;
  /** From the first round to the end of the coordinator, with all that was waited for after kills. */
  readonly seconds: number;
  /** CPU time of all coordinators together for each round, in milliseconds. */
  readonly coordinatorMsPerRound: number;
  /**
   * Memory, in bytes, of the last coordinator (the one that was not killed): after a tenth of the rounds that it took, and at its end.
   */
  readonly coordinatorBytes: { readonly early: number; readonly late: number };
  /** The most that Redis ever held, in bytes. */
  readonly redisBytes: number;
}

/** How long a worker may be silent until its round is given to another, in milliseconds. */
const lockMs = 2000;
/** How long Redis stays away when it was killed, in milliseconds. */
const awayMs = 500;
const pollMs = 20;
/** How the line of a round begins in the file; those of the header and of hosts are not counted. */
const roundStart = '{"kind":"round"';

/**
 * Runs a fleet of processes, and kills workers, coordinator and Redis, each time that as many more rounds are in the file; the seed draws
 * in which order, and which worker. Each is started again. Redis keeps its data in a file, of which a crash loses up to a second.
 * @throws FailedTrialError if a round is missing, or something is left in Redis; ResultsError if a round is twice in the file.
 */
export async function runTrial(plan: TrialPlan, told: (progress: TrialProgress) => void): Promise<TrialResult> {
  const trial = new Trial(plan, told);
  const leave = () => trial.leave();
  process.once('exit', leave);
  try {
    return await trial.run();
  } finally {
    await trial.close();
    process.off('exit', leave);
  }
}

class Trial {
  readonly #plan: TrialPlan;
  readonly #told: (progress: TrialProgress) => void;
  readonly #folder = mkdtempSync(join(tmpdir(), 'dirtybench-fleet-'));
  readonly #out = join(this.#folder, 'fleet.jsonl');
  readonly #workers: ChildProcess[] = [];
  readonly #random: Random;
  readonly #killed: Record<Victim, number> = { worker: 0, coordinator: 0, redis: 0 };
  readonly #bytes: { rounds: number; bytes: number }[] = [];
  #server: RedisServer | null = null;
  #coordinator: Watched | null = null;
  #coordinatorMs = 0;
  #redisBytes = 0;
  /** Bytes of the file that have been looked at, the line that they end in the middle of, and the rounds before that. */
  #read = 0;
  #unended = '';
  #rounds = 0;

  constructor(plan: TrialPlan, told: (progress: TrialProgress) => void) {
    this.#plan = plan;
    this.#told = told;
    this.#random = new Random(plan.seed);
  }

  async run(): Promise<TrialResult> {
    const { workers, kills, rounds } = this.#plan;
    this.#server = await RedisServer.open(this.#folder);
    for (let index = 0; index < workers; index++) this.#workers.push(this.#startWorker(index));
    this.#coordinator = this.#startCoordinator();
    await this.#until(() => this.#rounds > 0);
    const begunMs = Date.now();
    const order = this.#drawOrder(kills);
    for (const [index, victim] of order.entries()) {
      const at = ((index + 1) / (kills + 1)) * rounds;
      await this.#until(() => this.#rounds >= at);
      await this.#kill(victim);
    }
    const code = await this.#ended();
    const seconds = (Date.now() - begunMs) / 1000;
    if (code !== 0) throw new FailedTrialError(`the coordinator ended with ${code}: ${this.#coordinator.errors}`);
    const results = this.#check();
    await this.#checkRedis();
    const [start, ...later] = this.#bytes;
    const end = later.at(-1) ?? start;
    const early = later.find(
      ({ rounds: at }) => at >= (start?.rounds ?? 0) + ((end?.rounds ?? 0) - (start?.rounds ?? 0)) / 10,
    );
    return {
      rounds: results.rounds.length,
      kills: this.#killed,
      hosts: new Set(results.rounds.map(({ host }) => host)).size,
      seconds,
      coordinatorMsPerRound: this.#coordinatorMs / results.rounds.length,
      coordinatorBytes: { early: early?.bytes ?? 0, late: end?.bytes ?? 0 },
      redisBytes: this.#redisBytes,
    };
  }

  async close(): Promise<void> {
    const running = [...this.#workers, ...(this.#coordinator === null ? [] : [this.#coordinator.process])];
    await Promise.all(running.map(killed));
    await this.#server?.kill();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** Ends all at once, for a process that is about to end. */
  leave(): void {
    for (const child of [...this.#workers, this.#coordinator?.process]) child?.kill('SIGKILL');
    this.#server?.leave();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** Each kind at least once, where there are kills enough; most are workers, as there are the most of them. */
  #drawOrder(kills: number): Victim[] {
    const order: Victim[] = victims.slice(0, kills);
    while (order.length < kills) order.push(victims[Math.max(0, this.#random.below(8) - 5)] ?? 'worker');
    for (let i = order.length - 1; i > 0; i--) {
      const j = this.#random.below(i + 1);
      [order[i], order[j]] = [order[j] as Victim, order[i] as Victim];
    }
    return order;
  }

  async #kill(victim: Victim): Promise<void> {
    this.#killed[victim]++;
    switch (victim) {
      case 'worker': {
        const index = this.#random.below(this.#workers.length);
        const worker = this.#workers[index];
        if (worker !== undefined) await killed(worker);
        this.#workers[index] = this.#startWorker(index);
        return;
      }
      case 'coordinator': {
        const { process } = this.#coordinator ?? this.#startCoordinator();
        this.#coordinatorMs += cpuMs(process);
        this.#bytes.length = 0;
        await killed(process);
        this.#coordinator = this.#startCoordinator();
        return;
      }
      case 'redis':
        await this.#server?.kill();
        await sleep(awayMs);
        await this.#server?.start();
    }
  }

  #startWorker(index: number): ChildProcess {
    const words = ['--name', `worker-${index}`, '--shared-host', '--lock', `${lockMs}ms`, '--simulated-round', '1ms'];
    return this.#start(['worker', ...words]).process;
  }

  #startCoordinator(): Watched {
    const sweep = ['--tracker', 'flag-queue', '--memory', '64M', '--pages', '1', '--epochs', '1'];
    // The queue, its twin and the floor.
    const rounds = ['--rounds', String(Math.ceil(this.#plan.rounds / 3)), '--at-least', String(this.#plan.workers)];
    return this.#start(['fleet', 'measure', '--hosts', 'split', '--out', this.#out, ...sweep, ...rounds]);
  }

  #start([name = '', ...words]: readonly string[]): Watched {
    const [program = process.execPath, ...entry] = this.#plan.command;
    const where = ['--redis', this.#server?.url ?? '', '--fleet', 'soak'];
    const [part, ...rest] = name === 'fleet' ? words : ['', ...words];
    const line = [...entry, name, ...(part === '' || part === undefined ? [] : [part]), ...where, ...rest];
    const child = spawn(program, line, { stdio: ['ignore', 'ignore', 'pipe'] });
    const watched: Watched = { process: child, errors: '' };
    child.stderr?.on('data', (chunk: Buffer) => {
      watched.errors = (watched.errors + chunk.toString()).slice(-2000);
    });
    return watched;
  }

  /** Watches the file until what is waited for is there. */
  async #until(reached: () => boolean): Promise<void> {
    for (let turn = 0; ; turn++) {
      this.#look();
      if (reached()) return;
      this.#insistRunning();
      if (turn % 25 === 0) await this.#sample();
      await sleep(pollMs);
    }
  }

  async #ended(): Promise<number | null> {
    const child = this.#coordinator?.process;
    if (child === undefined) return null;
    for (let turn = 0; child.exitCode === null && child.signalCode === null; turn++) {
      this.#look();
      if (turn % 25 === 0) await this.#sample();
      else this.#lastMs = cpuMs(child);
      await sleep(pollMs);
    }
    this.#coordinatorMs += this.#lastMs;
    return child.exitCode;
  }

  #lastMs = 0;

  #insistRunning(): void {
    const watched = this.#coordinator;
    if (watched === null || (watched.process.exitCode === null && watched.process.signalCode === null)) return;
    throw new FailedTrialError(`the coordinator ended early: ${watched.errors}`);
  }

  /** What the coordinator and Redis take by now. */
  async #sample(): Promise<void> {
    const child = this.#coordinator?.process;
    if (child !== undefined) {
      this.#lastMs = cpuMs(child);
      const bytes = residentBytes(child);
      if (bytes !== null) this.#bytes.push({ rounds: this.#rounds, bytes });
    }
    this.#redisBytes = Math.max(this.#redisBytes, await this.#heldByRedis());
    const { worker, coordinator, redis } = this.#killed;
    this.#told({ rounds: this.#rounds, kills: worker + coordinator + redis });
  }

  async #heldByRedis(): Promise<number> {
    const info = await this.#ask((redis) => redis.info('memory'));
    return Number(/used_memory:(\d+)/.exec(info ?? '')?.[1] ?? 0);
  }

  /** Null: Redis is away. */
  async #ask<T>(question: (redis: Redis) => Promise<T>): Promise<T | null> {
    const redis = new Redis(this.#server?.url ?? '', { lazyConnect: true, retryStrategy: null });
    redis.on('error', () => {});
    try {
      await redis.connect();
      return await question(redis);
    } catch {
      return null;
    } finally {
      redis.disconnect();
    }
  }

  /**
   * Counts the file's rounds without reading it again. A coordinator that is started again cuts off the line that a killed one left torn,
   * and what it writes in that place is not read: this may miss a round then, which only makes the next kill come a round later. What is
   * in the file at the end is read as a whole (`#check`).
   */
  #look(): void {
    let file: number;
    try {
      file = openSync(this.#out, 'r');
    } catch {
      return;
    }
    const chunk = Buffer.alloc(65536);
    for (let bytes = 1; bytes > 0; ) {
      bytes = readSync(file, chunk, 0, chunk.length, this.#read);
      this.#read += bytes;
      const lines = (this.#unended + chunk.toString('latin1', 0, bytes)).split('\n');
      this.#unended = lines.pop() ?? '';
      this.#rounds += lines.filter((line) => line.startsWith(roundStart)).length;
    }
    closeSync(file);
  }

  /** @throws FailedTrialError if a round is missing. ResultsError if one is twice. */
  #check(): Results {
    const results = readResults(this.#out);
    if (results === null) throw new FailedTrialError('the file is empty');
    const there = new Set(results.rounds.map((round) => fleetKey('split', round)));
    const missing = planJobs(results.header, []).filter((job) => !there.has(fleetKey('split', job)));
    const [first] = missing;
    if (first === undefined) return results;
    throw new FailedTrialError(
      `${missing.length} rounds are missing, among them round ${first.round} of point ${first.point}`,
    );
  }

  /** @throws FailedTrialError if more is left than the hosts that are there. */
  async #checkRedis(): Promise<void> {
    const keys = await this.#ask((redis) => redis.keys('*'));
    if (keys === null) throw new FailedTrialError('Redis does not answer: what is left in it is not known');
    const left = keys.filter((key) => !/:(hosts|host:[^:]*|alive:[^:]*)$/.test(key));
    if (left.length > 0) throw new FailedTrialError(`Redis still holds ${left.slice(0, 5).join(', ')}`);
  }
}

/** A process with the end of what it said. */
interface Watched {
  readonly process: ChildProcess;
  errors: string;
}

async function killed(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}

/** CPU time that a process has taken, in milliseconds; 0 once it is gone. */
function cpuMs({ pid }: ChildProcess): number {
  const stat = procText(pid, 'stat');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const ticks = Number(fields[11] ?? 0) + Number(fields[12] ?? 0);
  return ticks * 10;
}

function residentBytes({ pid }: ChildProcess): number | null {
  const kibibytes = /^VmRSS:\s+(\d+) kB$/m.exec(procText(pid, 'status'))?.[1];
  return kibibytes === undefined ? null : Number(kibibytes) * 1024;
}

function procText(pid: number | undefined, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}
