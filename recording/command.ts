import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { KernelError } from '../kernel/error.js';
import { libc } from '../kernel/libc.js';
import { type Stop, seize, waitForThread } from '../kernel/tracee.js';
import { RecordingError } from './problem.js';

const shell = '/bin/sh';

/** `FIONCLEX` of <asm/ioctls.h>: a descriptor is kept when the process runs another program. */
const keepOnExec = 0x5450;
const standardStreams = [0, 1, 2];

/** Stands still until it is attached to, then becomes the command. */
const waitThenRun = 'kill -STOP $$; exec "$@"';

/**
 * Starts a command as a child of the calling thread and attaches to it before it runs.
 * @returns its process, and what it was found at.
 * @throws RecordingError if there is no such program; KernelError if it cannot be started or attached to.
 */
export function startCommand(command: readonly string[]): { pid: number; stops: Stop[] } {
  const [program = ''] = command;
  checkProgram(program);
  const pids = new Int32Array(1);
  const environment = Object.entries(process.env).map(([name, value]) => `${name}=${value}`);
  const args = [shell, '-c', waitThenRun, shell, ...command, null];
  // Node keeps its own standard streams from the programs that it runs.
  for (const stream of standardStreams) libc().ioctl(stream, keepOnExec, 0);
  const error = libc().posixSpawn(pids, shell, null, null, args, [...environment, null]);
  if (error !== 0) throw KernelError.of(`starting ${program}`, error);
  const pid = pids[0] as number;
  try {
    waitForThread(pid);
    seize(pid);
    const stops = [waitForThread(pid)];
    process.kill(pid, 'SIGCONT');
    return { pid, stops };
  } catch (failed) {
    // It stands still, and nobody else knows of it.
    process.kill(pid, 'SIGKILL');
    waitForThread(pid);
    throw failed;
  }
}

/** @throws RecordingError if the shell would not find the program. */
export function checkProgram(program: string): void {
  const folders = program.includes('/') ? [''] : (process.env.PATH ?? '').split(delimiter);
  const found = folders.some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
  if (!found) throw new RecordingError(`there is no program '${program}' to run: give its path, or look at PATH`);
}
