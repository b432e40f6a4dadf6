/**
 * What a tracker is to the report. Only contenders are compared with one another: a floor finds nothing, a limit is what
 * the machine could do at best, and a library is what one would use instead, shown in a section of its own; what is
 * `approximate` answers another question than the others do, and has a section with its precision.
 */
export type Role = 'contender' | 'approximate' | 'library' | 'limit' | 'floor';

const approximate: ReadonlySet<string> = new Set(['mincore', 'pagemap-anon']);

/**
 * The role of a tracker, by its name: `null` is the timer and the loop, `kvm-null` and the like a kernel call that does
 * nothing; `limit-...` and `library-...` are named for what they are.
 */
export function roleOf(tracker: string): Role {
  if (tracker === 'null' || tracker.endsWith('-null')) return 'floor';
  if (tracker.startsWith('limit-')) return 'limit';
  if (approximate.has(tracker)) return 'approximate';
  return tracker.startsWith('library-') ? 'library' : 'contender';
}

/** True for a tracker that takes part in the report's comparisons. */
export function isContender({ tracker }: { readonly tracker: string }): boolean {
  return roleOf(tracker) === 'contender';
}
