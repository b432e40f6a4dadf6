/**
 * The pages of every unit of `unitPages` pages, from a multiple of it on, in which one of these is: what a tracker finds that
 * can only find them together.
 */
export function unitsOf(pages: Uint32Array, unitPages: number): Uint32Array {
  const firsts = new Set(Array.from(pages, (page) => page - (page % unitPages)));
  return Uint32Array.from([...firsts].flatMap((first) => Array.from({ length: unitPages }, (_, i) => first + i)));
}
