import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readResults } from '../../results/file.js';
import { type Ended, runHere, start } from '../scripts/command.js';
import { lack } from './members.js';

const lacks = lack ?? (spawnSync('openssl', ['version']).error === undefined ? null : 'there is no openssl');
if (lacks !== null) console.info(`skipped: a fleet over TLS: ${lacks}`);

describe.skipIf(lacks !== null)('a fleet over TLS, with a password', () => {
  let folder: string;
  let port: number;
  let server: ChildProcess;
  const running: ChildProcess[] = [];
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'dirtybench-tls-'));
    const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
    const made = ['-keyout', 'redis.key', '-out', 'redis.crt', ...subject];
    execFileSync(
      'openssl',
      ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2', ...made],
      {
        cwd: folder,
        stdio: 'ignore',
      },
    );
    writeFileSync(join(folder, 'fleet.secret'), 'a secret that both sides share\n', { mode: 0o600 });
    port = await freePort();
    const tls = ['--tls-port', `${port}`, '--tls-cert-file', 'redis.crt', '--tls-key-file', 'redis.key'];
    const others = [
      '--tls-ca-cert-file',
      'redis.crt',
      '--tls-auth-clients',
      'no',
      '--requirepass',
      'right',
      '--save',
      '',
    ];
    server = spawn('redis-server', ['--port', '0', '--bind', '127.0.0.1', ...tls, ...others], { cwd: folder });
    let said = '';
    for await (const chunk of server.stdout ?? []) {
      said += String(chunk);
      if (said.includes('Ready to accept connections')) break;
    }
  });
  afterAll(async () => {
    for (const child of running) child.kill('SIGKILL');
    server.kill('SIGKILL');
    rmSync(folder, { recursive: true });
  });

  const trusted = (): NodeJS.ProcessEnv => ({ ...process.env, NODE_EXTRA_CA_CERTS: join(folder, 'redis.crt') });
  const place = (password = 'right', scheme = 'rediss') => [
    '--redis',
    `${scheme}://:${password}@localhost:${port}`,
    '--secret-file',
    'fleet.secret',
  ];
  function begin(args: readonly string[]) {
    const started = start(args, folder, trusted());
    running.push(started.process);
    return started;
  }

  it('measures rounds to the end', async () => {
    const worker = begin(['worker', ...place(), '--shared-host', '--name', 'one']);
    await once(worker.process.stdout ?? expect.unreachable(), 'data');
    const sweep = ['--hosts', 'each', '--tracker', 'flag-queue', '--memory', '4M', '--epochs', '20', '--rounds', '2'];
    const measured = await begin(['fleet', 'measure', ...place(), ...sweep, '--out', 'tls.jsonl']).ended;
    expect(measured.code, measured.stderr).toBe(0);
    const results = readResults(join(folder, 'tls.jsonl'));
    expect(results?.rounds.map(({ host }) => host)).toEqual(Array(6).fill('one'));
    worker.process.kill('SIGINT');
    expect((await worker.ended).code).toBe(0);
  }, 120_000);

  it.each<[string, () => Promise<Ended>, RegExp]>([
    ['a wrong password', () => begin(['fleet', 'status', ...place('wrong')]).ended, /it wants a password/],
    ['no trust in its certificate', () => runHere(['fleet', 'status', ...place()], folder), /NODE_EXTRA_CA_CERTS/],
    [
      'no TLS',
      () => runHere(['fleet', 'status', ...place('right', 'redis')], folder),
      /rediss:\/\/ is for a Redis that speaks TLS/,
    ],
  ])('says %s in one line, without the password', async (_, ask, line) => {
    const { code, stdout, stderr } = await ask();
    expect({ code, stdout, lines: stderr.trim().split('\n').length }).toEqual({ code: 2, stdout: '', lines: 1 });
    expect(stderr).toMatch(line);
    expect(stderr).not.toMatch(/:(right|wrong)@/);
  });
});

async function freePort(): Promise<number> {
  const listening = createServer().listen(0, '127.0.0.1');
  await once(listening, 'listening');
  const address = listening.address();
  listening.close();
  await once(listening, 'close');
  return typeof address === 'object' && address !== null ? address.port : expect.unreachable('no port is free');
}
