import { readFileSync } from 'node:fs';

/** About as many files as are open at once while the program and the lanes of a few workers load. */
const leastFiles = 256;

/**
 * Why this process cannot go on under its limit on open files, in a line; null if it can. Where the limit is met while modules are
 * loaded, Node says that they are not there.
 */
export function lackOfFiles(): string | null {
  const limit = readLimit();
  if (limit === null || limit >= leastFiles) return null;
  return `this process may open only ${limit} files: raise the limit, as with \`ulimit -n 1024\``;
}

/** Null: there is none, or the system does not say. */
function readLimit(): number | null {
  try {
    const [, limit] = /^Max open files +(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8')) ?? [];
    return limit === undefined ? null : Number(limit);
  } catch {
    return null;
  }
}
