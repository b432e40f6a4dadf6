import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { vi } from 'vitest';
import { main } from '../../scripts/program.js';

/** The program. */
export const entry = fileURLToPath(new URL('../../scripts/dirtybench.js', import.meta.url));

const stdio: StdioOptions = ['ignore', 'pipe', 'pipe'];

/** How a command ended. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Starts dirtybench as a user does, in a process of its own. */
export function start(
  args: readonly string[],
  cwd: string,
  env: NodeJS.ProcessEnv = process.env,
  streams: StdioOptions = stdio,
): { process: ChildProcess; ended: Promise<Ended> } {
  const child = spawn(process.execPath, [entry, ...args], { cwd, stdio: streams, env });
  return { process: child, ended: watch(child) };
}

function watch(child: ChildProcess): Promise<Ended> {
  let stdout = '';
  let stderr = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
  });
  child.stderr?.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  return new Promise<Ended>((resolve) => {
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
}

/** Runs dirtybench to its end with this on its standard input. */
export function runWith(input: string, args: readonly string[], cwd: string): Promise<Ended> {
  const child = spawn(process.execPath, [entry, ...args], { cwd });
  child.stdin.end(input);
  return watch(child);
}

/** Runs dirtybench to its end. */
export function run(args: readonly string[], cwd: string): Promise<Ended> {
  return start(args, cwd).ended;
}

/**
 * Runs dirtybench to its end in this process, many times sooner than one starts: for commands that start nothing, read no standard input
 * and listen to no signals. One at a time: the working folder is the process's.
 */
export async function runHere(args: readonly string[], cwd: string): Promise<Ended> {
  const { argv } = process;
  const home = process.cwd();
  const written = { stdout: '', stderr: '' };
  const spies = (['stdout', 'stderr'] as const).map((name) =>
    vi.spyOn(process[name], 'write').mockImplementation((text) => {
      written[name] += text.toString();
      return true;
    }),
  );
  process.argv = [process.execPath, entry, ...args];
  process.chdir(cwd);
  try {
    return { code: await main(args), ...written };
  } finally {
    process.chdir(home);
    process.argv = argv;
    for (const spy of spies) spy.mockRestore();
  }
}

/** Runs dirtybench to its end with no more address space than so many bytes: the kernel refuses it larger guests. */
export function runConfined(args: readonly string[], cwd: string, bytes: number): Promise<Ended> {
  return runLimited(`ulimit -v ${Math.floor(bytes / 1024)}`, args, cwd);
}

/** Runs dirtybench to its end with no more open files than so many. */
export function runWithFiles(files: number, args: readonly string[], cwd: string): Promise<Ended> {
  return runLimited(`ulimit -n ${files}`, args, cwd);
}

function runLimited(limit: string, args: readonly string[], cwd: string): Promise<Ended> {
  return watch(
    spawn('/bin/sh', ['-c', `${limit} && exec "$0" "$@"`, process.execPath, entry, ...args], { cwd, stdio }),
  );
}
