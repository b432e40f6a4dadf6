import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { loadRecording } from '../../workloads/library.js';
import { run } from '../scripts/command.js';
import { whyNot } from './program.js';

const hasRedis = spawnSync('redis-server', ['--version']).error === undefined;
const why = hasRedis ? whyNot() : 'there is no redis-server';
if (why !== '') console.info(`skipped: recording redis-server: ${why}`);

describe.skipIf(why !== '')('a redis-server that runs already', () => {
  it('is recorded while its client is served, answers as before, and becomes a workload', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'dirtybench-redis-'));
    const socket = join(folder, 'redis.sock');
    const server = spawn('redis-server', ['--port', '0', '--unixsocket', socket, '--save', ''], { stdio: 'ignore' });
    onTestFinished(async () => {
      server.kill('SIGKILL');
      await once(server, 'exit');
      rmSync(folder, { recursive: true });
    });
    const ask = (...words: string[]) =>
      spawnSync('redis-cli', ['-s', socket, ...words], { encoding: 'utf8' }).stdout.trim();
    await expect.poll(() => ask('ping'), { timeout: 10_000 }).toBe('PONG');
    ask('set', 'kept', 'before');

    const load = ['-s', socket, '-t', 'set', '-c', '1', '-n', '1000000', '-r', '100000', '-q'];
    const client = spawn('redis-benchmark', load, { stdio: ['ignore', 'ignore', 'pipe'] });
    let complaints = '';
    client.stderr.on('data', (chunk: Buffer) => {
      complaints += chunk.toString();
    });
    const out = join(folder, 'redis.trace.gz');
    const { code, stderr } = await run(
      ['record', '--pid', String(server.pid), '--epochs', '500', '--out', out],
      folder,
    );
    expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
    expect({ ended: client.exitCode, complaints }).toEqual({ ended: null, complaints: '' });
    client.kill();

    expect(ask('get', 'kept')).toBe('before');
    expect(readFileSync(`/proc/${server.pid}/status`, 'utf8')).toMatch(/^TracerPid:\t0$/m);
    expect(loadRecording(out).header).toMatchObject({ program: 'redis-server', epochs: 500 });
    const workload = ['--workload', `trace:${out}`, '--tracker', 'flag-scan,flag-queue', '--memory', '512M'];
    const brief = ['--epochs', '100', '--rounds', '1', '--out', 'r.jsonl'];
    expect((await run(['measure', ...workload, ...brief], folder)).code).toBe(0);
  });
});
