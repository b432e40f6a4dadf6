import { closest } from 'fastest-levenshtein';

/** The one of `names` that was probably meant by `name`. */
export function nearestName(name: string, names: readonly string[]): string {
  return closest(name, [...names]);
}

/** `unknown tracker 'flag-scna': did you mean 'flag-scan'?` */
export function mistakenName(what: string, name: string, meant: string): string {
  return `unknown ${what} '${name}': did you mean '${meant}'?`;
}

/** `unknown tracker 'flag-scna': did you mean 'flag-scan'? (allowed: ...)` */
export function unknownName(what: string, name: string, allowed: readonly string[]): string {
  return `${mistakenName(what, name, nearestName(name, allowed))} (allowed: ${allowed.join(', ')})`;
}
