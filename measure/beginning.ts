import { spawnSync } from 'node:child_process';
import { hostname } from 'node:os';
import { readEnvironment, readLoad } from './environment.js';
import { version } from './version.js';

/** What a user may keep out of a results file. */
export interface BeginningFlags {
  /** False: the machine's name is left out. */
  readonly hostName: boolean;
}

/** The flag that keeps the machine's name out of a results file, and what it says. */
export const hostNameFlag = ['--no-host-name', 'leave the name of this machine out of the results'] as const;

/** What the header of a results file says of the run that begins now on this machine, whatever is measured. */
export function runBeginning({ hostName }: BeginningFlags) {
  return {
    version,
    startedAt: new Date().toISOString(),
    host: hostName ? hostname() : null,
    commit: commitIn('.'),
    environment: readEnvironment(),
    load: readLoad(),
  };
}

/** A large repository may take long to look through, and the run shall not wait for it. */
const mostGitMs = 2000;

/** The commit that is checked out in a folder, with `-dirty` behind it where files differ from it; null outside of git. */
export function commitIn(folder: string): string | null {
  const words = ['-C', folder, 'describe', '--always', '--abbrev=40', '--exclude=*', '--dirty'];
  const { status, stdout } = spawnSync('git', words, { encoding: 'utf8', timeout: mostGitMs });
  return status === 0 ? stdout.trim() : null;
}
