import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';

/** What opens a file with the program that its user has chosen for it. */
const openers: Partial<Record<NodeJS.Platform, readonly string[]>> = {
  darwin: ['open'],
  win32: ['cmd', '/c', 'start', ''],
};

/** Shows a file in the user's browser; where that cannot be, says on stderr where it is. */
export async function openFile(path: string): Promise<void> {
  const file = resolve(path);
  const [command = '', ...args] = openers[process.platform] ?? ['xdg-open'];
  const child = spawn(command, [...args, file], { stdio: 'ignore', detached: true });
  child.unref();
  try {
    await once(child, 'spawn');
  } catch {
    process.stderr.write(`--open: there is no ${command} here: open ${file} in a browser\n`);
  }
}
