import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { olderName } from '../../results/cache.js';
import type { Measured, Point, pointSchema } from '../../results/schema.js';
import { RoundFailure, UsageError } from '../problem.js';
import type { RoundTask } from '../round.js';
import { WrongSetError } from '../wrong-set.js';
import { type Identity, protocol, type Reply, type Request, replySchema } from './request.js';

/** What starts a build of dirtybench: words, or a line for the shell, to which `lane` is added. */
export type BuildCommand = readonly [string, ...string[]] | string;

/** What a build says of itself. */
export interface BuildFacts extends Identity {
  readonly trackers: readonly string[];
}

const manifestSchema = z.object({ name: z.string(), bin: z.object({ dirtybench: z.string() }) });

/**
 * The command of a build that is named by its folder, or by the command itself.
 * @throws UsageError if the folder holds no dirtybench, or one that is not built.
 */
export function buildCommandOf(named: string): BuildCommand {
  if (statSync(named, { throwIfNoEntry: false })?.isDirectory() !== true) return named;
  const manifest = readManifest(join(named, 'package.json'));
  if (manifest?.name !== 'dirtybench') {
    throw new UsageError(`'${named}' is a folder without dirtybench: name that of a package, or a command`);
  }
  const entry = join(named, manifest.bin.dirtybench);
  if (!existsSync(entry)) throw new UsageError(`the dirtybench in '${named}' is not built: run \`npm ci\` there`);
  return [process.execPath, entry];
}

function readManifest(path: string): z.infer<typeof manifestSchema> | null {
  try {
    return manifestSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return null;
  }
}

/**
 * A build of dirtybench that runs rounds, each in a process of its own: what a process has by chance, as the place of its
 * memory, then does not come out as a difference between builds.
 */
export class Build {
  readonly #name: string | null;
  readonly #command: BuildCommand;
  readonly #flags: readonly string[];

  /** `name`: as messages call it; null for this build itself. `flags`: more words for its `lane`. */
  constructor(name: string | null, command: BuildCommand, flags: readonly string[] = []) {
    this.#name = name;
    this.#command = command;
    this.#flags = flags;
  }

  /** @throws UsageError if it is no build that can run rounds for this one. */
  async describe(signal: AbortSignal): Promise<BuildFacts> {
    const reply = await this.#ask({ kind: 'describe' }, signal).catch((error: unknown) => {
      if (error instanceof RoundFailure)
        throw new UsageError(`'${this.#name}' cannot be measured against: ${error.message}`);
      throw error;
    });
    if (reply.kind === 'build' && reply.protocol === protocol) return reply;
    throw new UsageError(`'${this.#name}' is a dirtybench that is too old or too new to be measured against`);
  }

  /**
   * Runs a round.
   * @throws WrongSetError if the tracker lost a page; RoundFailure if the kernel refused or the process ended; an
   * AbortError if the signal says so.
   */
  readonly runRound = async (task: RoundTask, signal: AbortSignal): Promise<Measured> => {
    const { point, round, footprintBytes } = task;
    const reply = await this.#ask({ kind: 'round', point: olderPoint(point), round, footprintBytes }, signal);
    switch (reply.kind) {
      case 'measured':
        return reply.measured;
      case 'wrong-set':
        throw new WrongSetError(`${this.#where}${reply.message}`);
      case 'refused':
      case 'broken':
        throw new RoundFailure(`${this.#where}${reply.message}`);
      case 'build':
        throw new RoundFailure(`${this.#where}it does not answer what it is asked`);
    }
  };

  get #where(): string {
    return this.#name === null ? '' : `in the build '${this.#name}': `;
  }

  /** @throws RoundFailure if the process ends without an answer. */
  #ask(request: Request, signal: AbortSignal): Promise<Reply> {
    signal.throwIfAborted();
    const child = this.#start();
    const onAbort = () => kill(child);
    signal.addEventListener('abort', onAbort, { once: true });
    let reply: Reply | null = null;
    let said = '';
    createInterface({ input: child.stdout }).on('line', (line) => {
      reply ??= replyIn(line);
      if (reply !== null) child.stdin.end();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      said = `${said}${chunk}`.slice(-mostSaid);
    });
    // A process that ends before it has read the request says so by its exit code.
    child.stdin.on('error', () => {});
    child.stdin.write(`${JSON.stringify(request)}\n`);
    return new Promise((resolve, reject) => {
      child.on('error', (error) => reject(new RoundFailure(error.message)));
      child.on('close', (code, cause) => {
        signal.removeEventListener('abort', onAbort);
        const last = said.trim().split('\n').at(-1) ?? '';
        if (signal.aborted) reject(signal.reason);
        else if (reply !== null) resolve(reply);
        else reject(new RoundFailure(`it ended with ${cause ?? `exit code ${code}`}${last === '' ? '' : `: ${last}`}`));
      });
    });
  }

  /** In a group of its own, so that Ctrl-C reaches it through this process alone; it ends when its input does. */
  #start(): ChildProcessWithoutNullStreams {
    const command = this.#command;
    if (typeof command === 'string')
      return spawn([command, 'lane', ...this.#flags].join(' '), { shell: true, detached: true });
    const [file, ...args] = command;
    return spawn(file, [...args, 'lane', ...this.#flags], { detached: true });
  }
}

/** Of what a process says on stderr so much of the end is kept, in characters. */
const mostSaid = 2000;

const answerSchema = z.object({ kind: z.enum(['build', 'measured', 'wrong-set', 'refused', 'broken']) });

/** A line that is no reply is something else that the command prints; a reply that only another build can read says so. */
function replyIn(line: string): Reply | null {
  const said = parsed(line);
  const reply = replySchema.safeParse(said);
  if (reply.success) return reply.data;
  const answer = answerSchema.safeParse(said);
  if (!answer.success) return null;
  return { kind: 'refused', message: `its answer '${answer.data.kind}' is one that this build does not know` };
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}

function kill(child: ChildProcessWithoutNullStreams): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}

/** A point as every build reads it: a build from before there were two ways to displace caches knows the first by its older name only. */
function olderPoint({ cache, ...rest }: Point): z.input<typeof pointSchema> {
  return { ...rest, cache: cache === 'l2-cold' ? olderName : cache };
}
