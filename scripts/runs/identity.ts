import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Identity } from '../../measure/against/request.js';
import { commitIn } from '../../measure/beginning.js';
import { version } from '../../measure/version.js';

const program = fileURLToPath(new URL('../..', import.meta.url));
const root = fileURLToPath(new URL('../../..', import.meta.url));

/** What this build of dirtybench is. */
export function identity(): Identity {
  return { version, commit: existsSync(join(root, '.git')) ? commitIn(root) : null, digest: digest() };
}

/** SHA-256 of every program file, tests aside, with its name. */
function digest(): string {
  const hash = createHash('sha256');
  const files = readdirSync(program, { recursive: true, encoding: 'utf8' });
  for (const file of files.filter((name) => /\.(?:js|wasm)$/.test(name) && !name.startsWith('tests/')).sort()) {
    hash.update(`${file}\n`).update(readFileSync(join(program, file)));
  }
  return hash.digest('hex');
}
