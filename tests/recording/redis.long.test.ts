import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { describe, expect, it, onTestFinished } from 'vitest';
import { loadRecording } from '../../workloads/library.js';
import { run, start } from '../scripts/command.js';
import { whyNot } from './program.js';

const hasRedis = spawnSync('redis-server', ['--version']).error === undefined;
const why = hasRedis ? whyNot() : 'there is no redis-server';
if (why !== '') console.info(`skipped: recording redis-server: ${why}`);

/** A server of the test's own, with a client that asks it. */
async function startServer() {
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
  await expect.poll(() => ask('ping')).toBe('PONG');
  return { folder, socket, server, pid: String(server.pid), ask };
}

describe.skipIf(why !== '')('a redis-server that runs already', () => {
  it('is recorded while its client is served, answers as before, and becomes a workload', async () => {
    const { folder, socket, pid, ask } = await startServer();
    ask('set', 'kept', 'before');

    const load = ['-s', socket, '-t', 'set', '-c', '1', '-n', '1000000', '-r', '100000', '-q'];
    const client = spawn('redis-benchmark', load, { stdio: ['ignore', 'ignore', 'pipe'] });
    let complaints = '';
    client.stderr.on('data', (chunk: Buffer) => {
      complaints += chunk.toString();
    });
    const out = join(folder, 'redis.trace.gz');
    const { code, stdout, stderr } = await run(['record', '--pid', pid, '--epochs', '500', '--out', out], folder);
    expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
    // The benchmark's replies are write calls: what was slower is known by them.
    expect(stdout).toMatch(/^cost: \d+ epochs per second, [\d.]+ stops and [\d.]+ ioctls each; a collection takes /m);
    expect(stdout).toMatch(/^pace: \S+ write calls a second while recorded, .* before, .* afterwards: \S+x slower$/m);
    expect(loadRecording(out).header.cost).toMatch(/ stops and .* ioctls each, \S+ times slower than by itself$/);
    expect({ ended: client.exitCode, complaints }).toEqual({ ended: null, complaints: '' });
    client.kill();

    expect(ask('get', 'kept')).toBe('before');
    expect(readFileSync(`/proc/${pid}/status`, 'utf8')).toMatch(/^TracerPid:\t0$/m);
    expect(loadRecording(out).header).toMatchObject({ program: 'redis-server', epochs: 500 });
    const workload = ['--workload', `trace:${out}`, '--tracker', 'flag-scan,flag-queue', '--memory', '512M'];
    const brief = ['--epochs', '100', '--rounds', '1', '--out', 'r.jsonl'];
    expect((await run(['measure', ...workload, ...brief], folder)).code).toBe(0);
  });

  it('lives on, unwatched and with the right answers, when its recorder is killed ten times', async () => {
    const { folder, socket, server, pid } = await startServer();
    const client = new Client(socket);
    onTestFinished(() => client.close());
    for (let time = 0; time < 10; time++) {
      const recorder = start(['record', '--pid', pid, '--out', join(folder, 'killed.trace.gz')], folder);
      while (!isTraced(pid) && recorder.process.exitCode === null) await sleep(1);
      // Now while it attaches, now while it records.
      await sleep(time % 2 === 0 ? 2 * time : 100 * time);
      recorder.process.kill('SIGKILL');
      await recorder.ended;
      await expect.poll(() => isTraced(pid)).toBe(false);
      expect(readFileSync(`/proc/${pid}/smaps`, 'utf8')).not.toMatch(/^VmFlags:.* u[wm]\b/m);
      const { answers } = client;
      await expect.poll(() => client.answers).toBeGreaterThan(answers + 100);
      expect({ time, wrong: client.wrong, exit: server.exitCode }).toEqual({ time, wrong: [], exit: null });
    }
  }, 240_000);
});

/** Stores numbers and asks for earlier ones, as fast as it is answered; what it is told wrong is kept. */
class Client {
  answers = 0;
  readonly wrong: string[] = [];
  readonly #redis: Redis;
  #closed = false;

  constructor(socket: string) {
    this.#redis = new Redis({ path: socket, retryStrategy: null });
    this.#redis.on('error', (error) => this.wrong.push(String(error)));
    this.#run().catch((error) => this.#closed || this.wrong.push(String(error)));
  }

  close(): void {
    this.#closed = true;
    this.#redis.disconnect();
  }

  async #run(): Promise<void> {
    for (let at = 0; !this.#closed; at++) {
      await this.#redis.set(`key ${at % 5000}`, `value ${at}`);
      const earlier = Math.max(0, at - (at % 4999));
      const told = await this.#redis.get(`key ${earlier % 5000}`);
      if (told !== `value ${earlier}`) this.wrong.push(`key ${earlier}: ${told}`);
      this.answers++;
    }
  }
}

function isTraced(pid: string): boolean {
  return !/^TracerPid:\t0$/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
}
