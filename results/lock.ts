import { readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { isCode } from './errno.js';

/** Another process writes the file; the message names it. */
export class LockedError extends Error {
  override readonly name = 'LockedError';
  /** The process that writes it. */
  readonly pid: number;

  constructor(path: string, pid: number) {
    super(`'${path}' is being written by process ${pid}: wait until it ends, or name another file with --out`);
    this.pid = pid;
  }
}

/** How long a lock may be empty, in milliseconds: its owner is writing its name into it. */
const newMs = 1000;
/** Most letters of a stale lock's owner that go into the second lock's name: more than an owner has that dirtybench wrote. */
const mostNamed = 40;

/**
 * Makes this process the only writer of a file, until the function that is returned is called. What a killed process
 * left behind does not stand in the way: a lock holds its process's number and start, and counts while that process runs. Only
 * processes that /proc shows here are known to run: the lock of one on another machine or in another container is taken for one left behind.
 * @throws LockedError if another process has it; what the file system says if the lock cannot be written beside the file.
 */
export function lock(path: string): () => void {
  const place = `${path}.lock`;
  take(place, path);
  let isHeld = true;
  return () => {
    // Called once more, it would remove the lock of whoever has it by then.
    if (isHeld) rmSync(place, { force: true });
    isHeld = false;
  };
}

/**
 * Makes the lock at `place` this process's. It looks again without a pause while that is empty and new, for `newMs` at most.
 * @throws LockedError if another process has it, or is about to.
 */
function take(place: string, path: string): void {
  while (!create(place)) {
    const held = read(place);
    if (held === null || isNew(place, held)) continue;
    if (isRunning(held)) throw new LockedError(path, pidIn(held));
    if (takeOver(place, held, path)) return;
  }
}

/**
 * Takes over a stale lock. Only who holds a second lock, named after the stale one's owner, may replace it, so that of several
 * processes one does; the second becomes the first by being renamed, so that there is no moment without either.
 * @returns false if another process was faster.
 */
function takeOver(place: string, stale: string, path: string): boolean {
  const claim = `${place}.${stale.replaceAll(/\W/g, '-').slice(0, mostNamed)}`;
  take(claim, path);
  if (read(place) === stale) {
    renameSync(claim, place);
    return true;
  }
  rmSync(claim);
  return false;
}

function create(place: string): boolean {
  try {
    writeFileSync(place, ownerOf(process.pid) ?? `${process.pid}`, { flag: 'wx' });
    return true;
  } catch (error) {
    if (isCode(error, 'EEXIST')) return false;
    // A full disk has room for the name of a file and none for what is in it.
    if (isCode(error, 'ENOSPC') || isCode(error, 'EDQUOT')) rmSync(place, { force: true });
    throw error;
  }
}

/** Null: it is gone, or the process in /proc that it tells of is, which may end between its opening and its reading. */
function read(place: string): string | null {
  try {
    return readFileSync(place, 'utf8');
  } catch (error) {
    if (isCode(error, 'ENOENT') || isCode(error, 'ESRCH')) return null;
    throw error;
  }
}

function pidIn(owner: string): number {
  return Number.parseInt(owner, 10);
}

/** Whether a lock has no owner yet because it has been made this moment. */
function isNew(place: string, owner: string): boolean {
  const made = statSync(place, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  return owner === '' && Math.abs(Date.now() - made) < newMs;
}

function isRunning(owner: string): boolean {
  return owner !== '' && owner === ownerOf(pidIn(owner));
}

/** A process's number, and when it started in clock ticks since the machine did; null if there is no such process. */
function ownerOf(pid: number): string | null {
  const stat = read(`/proc/${pid}/stat`);
  // The command's name may hold anything, but it ends with the last parenthesis; the start is the 20th field after it.
  const start = stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  return start === undefined ? null : `${pid} ${start}`;
}
