import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { formatAddress } from '../../../replication/address.js';
import { run, start } from '../../scripts/command.js';
import { serve } from '../servers.js';

const folder = mkdtempSync(join(tmpdir(), 'dirtybench-advice-'));
afterAll(() => rmSync(folder, { recursive: true }));

const primary = ['primary', '--port', '0', '--tracker', 'kvm-ring', '--memory', '64M', '--guest', 'simulated'];
const startOne = 'start one with `dirtybench standby`';

/** A port of this machine where nothing listens, and what makes something listen there. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

async function refusal(...flags: string[]): Promise<string> {
  const { code, stderr } = await run([...primary, ...flags], folder);
  expect({ code, lines: stderr.trim().split('\n').length }).toEqual({ code: 2, lines: 1 });
  return stderr;
}

describe('a primary without a standby says what helps', () => {
  it('where nothing listens: to start one, or to wait', async () => {
    expect(await refusal('--standby', '127.0.0.1:1')).toContain(
      `${startOne}, wait for it (--on-loss wait), or go without (--on-loss continue)`,
    );
  });

  it('where the secrets differ: to give both the same', async () => {
    const secrets = ['one', 'other'].map((secret) => {
      writeFileSync(join(folder, secret), secret);
      return ['--secret-file', join(folder, secret)];
    });
    const standby = await serve('standby', '--port', '0', ...(secrets[0] ?? []));
    const said = await refusal('--standby', formatAddress(standby.address), ...(secrets[1] ?? []));
    expect(said).toContain('the shared secrets differ: give both sides the same one');
    expect(said).not.toContain(startOne);
  });

  it('where the standby has another primary: to end that, or to start another', async () => {
    const standby = await serve('standby', '--port', '0');
    await serve(...primary, '--standby', formatAddress(standby.address));
    const said = await refusal('--standby', formatAddress(standby.address));
    expect(said).toMatch(/a primary is connected already: .*; end that one, or start another standby/);
    expect(said).not.toContain(startOne);
  });

  it('where something else answers: nothing of starting a standby', async () => {
    const foreign = createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    await new Promise<void>((resolve) => foreign.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void foreign.close());
    const address = foreign.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    expect(await refusal('--standby', `127.0.0.1:${port}`)).not.toContain(startOne);
  });
});

describe('a primary that is started before its standby', () => {
  it('waits for it with --on-loss wait, and serves when that is in step', async () => {
    const port = await freePort();
    const { process: waiting, ended } = start(
      [...primary, '--standby', `127.0.0.1:${port}`, '--on-loss', 'wait'],
      folder,
    );
    onTestFinished(async () => {
      waiting.kill('SIGKILL');
      await ended;
    });
    let said = '';
    waiting.stdout?.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
    await expect.poll(() => said).toContain('WAITING for it, as --on-loss wait asks');
    expect(said).not.toContain('ready:');
    await serve('standby', '--port', String(port));
    await expect.poll(() => said).toContain('ready: primary on');
  });

  it('ends when asked to while it waits', async () => {
    const standby = '127.0.0.1:1';
    const { process: waiting, ended } = start([...primary, '--standby', standby, '--on-loss', 'wait'], folder);
    waiting.stdout?.once('data', () => waiting.kill('SIGTERM'));
    expect(await ended).toMatchObject({ code: 0, stdout: expect.stringContaining('before it served anybody') });
  });
});
