import { spawnSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ForeignPagemap } from '../../kernel/foreign-pagemap.js';
import { Mapping } from '../../kernel/memory.js';
import { Userfaultfd } from '../../kernel/userfaultfd.js';

/** A folder for one file's tests. */
export const folder = mkdtempSync(join(tmpdir(), 'dirtybench-record-'));

/** The program that writes a known pattern. */
export const pattern = join(folder, 'pattern');

/** Why programs cannot be recorded and compared here; empty if they can, and then `pattern` is there. */
export function whyNot(): string {
  try {
    const memory = Mapping.anonymous(4096);
    Userfaultfd.open(memory, 'pass').close();
    ForeignPagemap.open(process.pid).close();
    memory.close();
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  try {
    compiled('pattern');
    return '';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Compiles one of the programs here. @returns where it is. @throws Error that says why it cannot be. */
export function compiled(name: string): string {
  // Seen from the compiled test.
  const source = fileURLToPath(new URL(`../../../tests/recording/${name}.c`, import.meta.url));
  const program = join(folder, name);
  const { status, error, stderr } = spawnSync('gcc', ['-O1', '-pthread', '-o', program, source], { encoding: 'utf8' });
  if (error !== undefined) throw new Error('there is no gcc');
  if (status !== 0) throw new Error(`gcc: ${stderr}`);
  return program;
}
