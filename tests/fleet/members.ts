import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect } from 'vitest';
import { lackOfServer, RedisServer } from '../../fleet/server.js';
import { start } from '../scripts/command.js';

/** Why no fleet can be tried here; null if one can. */
export const lack = lackOfServer();

/** A worker that is in its fleet. */
export type Member = ReturnType<typeof start>;

/** A folder, a Redis, and workers as users have them, for the tests of a `describe`. */
export class Members {
  #folder = '';
  #server: RedisServer | null = null;
  readonly #running: Member[] = [];

  /** `options`: further words of redis-server's command line, once the folder is there. */
  static here(options: (folder: string) => readonly string[] = () => []): Members {
    const members = new Members();
    beforeAll(async () => {
      members.#folder = mkdtempSync(join(tmpdir(), 'dirtybench-fleet-'));
      members.#server = await RedisServer.open(members.#folder, options(members.#folder));
    });
    afterAll(async () => {
      for (const { process: child } of members.#running) child.kill('SIGKILL');
      await Promise.all(members.#running.map(({ ended }) => ended));
      await members.#server?.kill();
      rmSync(members.#folder, { recursive: true });
    });
    return members;
  }

  get folder(): string {
    return this.#folder;
  }

  get server(): RedisServer {
    return this.#server ?? expect.unreachable('there is no Redis');
  }

  /** Starts a worker with these words. */
  start(...words: readonly string[]): Member {
    const started = start(['worker', ...words], this.#folder);
    this.#running.push(started);
    return started;
  }

  /** The same, once it says that it is ready. */
  async ready(...words: readonly string[]): Promise<Member> {
    const started = this.start(...words);
    const ready = new Promise<string>((resolve) => {
      started.process.stdout?.on('data', (chunk: Buffer) => chunk.toString().startsWith('ready:') && resolve('ready'));
    });
    expect(await Promise.race([ready, started.ended.then(({ stderr }) => stderr)])).toBe('ready');
    return started;
  }
}
