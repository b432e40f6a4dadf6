import { closest, distance } from 'fastest-levenshtein';

/** Share of the typed letters that may differ from the name that was meant; two may in any case. */
const likeness = 0.4;

/**
 * The one of `names` that was probably meant by `name`: one that begins with it, else one that has it within (three letters
 * or more), else one that differs from it in few letters; the nearest where there are several, null if there is none. `names` are in lower
 * case, and there is one at least.
 */
export function nearestName(name: string, names: readonly string[]): string | null {
  // A name may be typed as a pattern of the shell, such as `flag-*`: what stands around the `*` is looked for.
  const word = name.toLowerCase().replaceAll('*', '');
  if (word === '') return null;
  const begun = names.filter((each) => each.startsWith(word));
  const holding = begun.length > 0 ? begun : names.filter((each) => word.length > 2 && each.includes(word));
  const near = closest(word, holding.length > 0 ? [...holding] : [...names]);
  const isNear = holding.length > 0 || distance(word, near) <= Math.max(2, likeness * word.length);
  // As many edits as the longer name has letters keep no letter of the other: without this, `xy` would mean any name of two letters.
  return isNear && distance(word, near) < Math.max(word.length, near.length) ? near : null;
}

/** `unknown tracker 'flag-scna': did you mean 'flag-scan'?`, or `unknown tracker 'x'.` if nobody knows what was meant. */
export function mistakenName(what: string, name: string, meant: string | null): string {
  return `unknown ${what} '${name}'${meant === null ? '.' : `: did you mean '${meant}'?`}`;
}

/** `unknown tracker 'flag-scna': did you mean 'flag-scan'? (allowed: ...)` */
export function unknownName(what: string, name: string, allowed: readonly string[]): string {
  return `${mistakenName(what, name, nearestName(name, allowed)).replace(/\.$/, '')} (allowed: ${allowed.join(', ')})`;
}
