/**
 * All pages of each aligned unit of `unitPages` pages that has at least one of `pages` in it: what a tracker finds that cannot tell the
 * pages of a unit apart.
 */
export function unitsOf(pages: Uint32Array, unitPages: number): Uint32Array {
  const firsts = new Set(Array.from(pages, (page) => page - (page % unitPages)));
  return Uint32Array.from([...firsts].flatMap((first) => Array.from({ length: unitPages }, (_, i) => first + i)));
}
