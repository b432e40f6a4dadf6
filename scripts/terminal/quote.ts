/** A word of a command line, in quotes where a shell would otherwise split or expand it. */
export function quote(word: string): string {
  return /^[\w./:=,@-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
