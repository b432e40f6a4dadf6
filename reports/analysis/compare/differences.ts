import type { AnyResults } from '../../../results/any.js';
import type { Environment } from '../../../results/schema.js';
import { type Match, sameConditions } from './matching.js';

/** In what two runs differ beside what was measured: their figures may differ for it. */
export interface Difference {
  /** What it is: `cpu`, `kernel`, `kvm.backend`, `version`, ... */
  readonly what: string;
  readonly base: string;
  readonly new: string;
}

/** Load for each core above which others are taken to have been at work. */
const busyLoad = 0.5;

/** Everything in which two runs differ: version, machine, how busy it was, and under which conditions points were measured. */
export function differencesOf(base: AnyResults, other: AnyResults, matched: readonly Match[]): Difference[] {
  return differencesBetween(factsOf(base), factsOf(other), matched);
}

/** What differs between two runs of which the facts are known. */
export function differencesBetween(from: Facts, to: Facts, matched: readonly Match[]): Difference[] {
  const names = [...new Set([...Object.keys(from), ...Object.keys(to)])];
  const facts = names.flatMap((what): Difference[] => {
    const [before, now] = [from[what] ?? 'not known', to[what] ?? 'not known'];
    return before === now ? [] : [{ what, base: before, new: now }];
  });
  return [...facts, ...differingConditions(matched)];
}

/** Each way in which the conditions of matched points differ, once. */
function differingConditions(matched: readonly Match[]): Difference[] {
  const unlike = matched.filter((match) => !sameConditions(match.base, match.other));
  const conditions = unlike.flatMap(({ base, other }) =>
    Object.keys(base.conditions).map((what) => ({
      what,
      base: String(base.conditions[what]),
      new: String(other.conditions[what]),
    })),
  );
  const differing = conditions.filter((condition) => condition.base !== condition.new);
  return [...new Map(differing.map((one) => [JSON.stringify(one), one])).values()];
}

/** What a run was measured with and on, by names. */
type Facts = Readonly<Record<string, string>>;

/** What a run was measured with and on: version, machine, and how busy that was. */
export function factsOf({ kind, of: { header } }: AnyResults): Record<string, string> {
  return {
    version: header.version,
    ...flat(header.environment),
    others: header.load > busyLoad * header.environment.cores ? 'at work' : 'not at work',
    ...(kind === 'results' && 'footprintBytes' in header ? { footprintBytes: String(header.footprintBytes) } : {}),
  };
}

/** Nested facts by their path. */
function flat({ kvm, ...rest }: Environment): Record<string, string> {
  const { warnings: _warnings, ...ofKvm } = kvm ?? { warnings: [] };
  const named = [
    ...Object.entries(rest),
    ...Object.entries(ofKvm).map(([key, value]) => [`kvm.${key}`, value] as const),
  ];
  return Object.fromEntries(named.flatMap(([key, value]) => (value === null ? [] : [[key, String(value)]])));
}
