import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';

/** How long a Redis may take to answer, in milliseconds. */
const mostMs = 10_000;

/** Why no Redis can be started here; null if one can. */
export function lackOfServer(): string | null {
  return spawnSync('redis-server', ['--version']).error === undefined
    ? null
    : 'there is no redis-server: apt-get install redis-server';
}

/** A Redis of one's own, on a port of its own, that keeps its data in a folder: it can be killed, and started again with them. */
export class RedisServer {
  readonly port: number;
  readonly #folder: string;
  readonly #options: readonly string[];
  #process: ChildProcess | null = null;

  private constructor(port: number, folder: string, options: readonly string[]) {
    this.port = port;
    this.#folder = folder;
    this.#options = options;
  }

  /** Starts one; `options` are further words of its command line. */
  static async open(folder: string, options: readonly string[] = []): Promise<RedisServer> {
    const server = new RedisServer(await freePort(), folder, options);
    await server.start();
    return server;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  /** Starts it again with the data that it had. */
  async start(): Promise<void> {
    const kept = ['--dir', this.#folder, '--appendonly', 'yes', '--save', ''];
    const words = ['--port', String(this.port), '--bind', '127.0.0.1', ...kept, ...this.#options];
    this.#process = spawn('redis-server', words, { stdio: 'ignore' });
    const endMs = Date.now() + mostMs;
    while (!(await this.#answers())) {
      if (Date.now() > endMs) {
        await this.kill();
        throw new Error(`redis-server on port ${this.port} does not answer`);
      }
      await sleep(30);
    }
  }

  /** Kills the server, as a crash would end it. */
  async kill(): Promise<void> {
    const child = this.#process;
    this.#process = null;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }

  /** Kills the server without waiting, for a process that is about to end. */
  leave(): void {
    this.#process?.kill('SIGKILL');
  }

  /** Whether it answers and has loaded its data, or asks for a password, which is an answer too. */
  async #answers(): Promise<boolean> {
    const redis = new Redis(this.port, '127.0.0.1', {
      lazyConnect: true,
      retryStrategy: null,
      enableReadyCheck: false,
    });
    let wantsPassword = false;
    redis.on('error', ({ message }: Error) => {
      wantsPassword ||= message.startsWith('NOAUTH');
    });
    try {
      await redis.connect();
      await redis.ping();
      return true;
    } catch {
      return wantsPassword;
    } finally {
      redis.disconnect();
    }
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port is free');
  return address.port;
}
