import type { Header, Results, Round } from '../../../results/schema.js';

/** The two builds, or versions of a module, of a run in which each round was measured in both. */
export interface Builds {
  /** What was measured against. */
  readonly base: Results;
  readonly own: Results;
}

/** A results file as two, each of one build, whose rounds are in the same order: they are pairs. Null: it is of one build alone. */
export function buildsOf(results: Results): Builds | null {
  const { against, ...header } = results.header;
  if (against === undefined) return null;
  const pairs = results.rounds.flatMap(({ against: measured, ...own }) =>
    measured === undefined ? [] : [{ own, measured }],
  );
  const base: Header = { ...header, version: against.version, commit: against.commit };
  return {
    base: { ...results, header: base, rounds: pairs.map(({ own, measured }): Round => ({ ...own, ...measured })) },
    own: { ...results, header, rounds: pairs.map(({ own }) => own) },
  };
}
