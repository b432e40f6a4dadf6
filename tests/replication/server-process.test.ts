import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { entry } from '../scripts/command.js';

const module = new URL('../../replication/server-process.js', import.meta.url).href;
const flags = ['primary', '--port', '0', '--tracker', 'none', '--guest', 'simulated', '--memory', '64M'];

/** Starts a primary as measurements do, and then does nothing. */
const measurement = `
  const { startServer } = await import(${JSON.stringify(module)});
  const { pid } = await startServer([process.execPath, ${JSON.stringify(entry)}], ${JSON.stringify(flags)});
  process.stdout.write(String(pid));
  setInterval(() => {}, 1000);
`;

it('a server ends when the process that measures with it is killed', async () => {
  const starter = spawn(process.execPath, ['--input-type=module', '--eval', measurement], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => {
    starter.kill('SIGKILL');
  });
  const [said] = await once(starter.stdout, 'data');
  const server = `/proc/${String(said)}`;
  expect(existsSync(server)).toBe(true);
  starter.kill('SIGKILL');
  while (existsSync(server)) await setTimeout(20);
});
