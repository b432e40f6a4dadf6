import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LockedError, lock } from '../../results/lock.js';

const module = JSON.stringify(new URL('../../results/lock.js', import.meta.url).href);

describe('a lock on a results file', () => {
  let path: string;
  beforeEach(() => {
    path = join(mkdtempSync(join(tmpdir(), 'dirtybench-')), 'r.jsonl');
  });
  afterEach(() => rmSync(join(path, '..'), { recursive: true }));

  /** Another process that has the lock, until it is killed. */
  async function holder() {
    const script = `import { lock } from ${module}; lock(${JSON.stringify(path)}); console.log('locked'); setInterval(() => {}, 1000);`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await new Promise((resolve) => child.stdout.once('data', resolve));
    const ended = new Promise((resolve) => child.once('exit', resolve));
    const kill = () => {
      child.kill('SIGKILL');
      return ended;
    };
    return { pid: child.pid, kill };
  }

  it('is refused to a second process, which is told the pid of the first', async () => {
    const other = await holder();
    expect(() => lock(path)).toThrow(`'${path}' is being written by process ${other.pid}: wait until it ends`);
    await other.kill();
  });

  it('of a process that was killed does not stand in the way', async () => {
    await (await holder()).kill();
    expect(existsSync(`${path}.lock`)).toBe(true);
    lock(path)();
    expect(existsSync(`${path}.lock`)).toBe(false);
  });

  it('of a process whose number another one has by now does not stand in the way', () => {
    writeFileSync(`${path}.lock`, `${process.pid} 1`);
    const unlock = lock(path);
    expect(readFileSync(`${path}.lock`, 'utf8')).not.toBe(`${process.pid} 1`);
    unlock();
  });

  it('of a process that was killed while it took another over does not stand in the way', () => {
    writeFileSync(`${path}.lock`, '999999999 1');
    writeFileSync(`${path}.lock.999999999-1`, '999999998 1');
    const unlock = lock(path);
    expect(readdirSync(join(path, '..'))).toEqual(['r.jsonl.lock']);
    unlock();
  });

  it('that is stale is taken by one process alone, of many that find it at once', async () => {
    // Each takes the lock at one word, gives it back at the next, and says what came of it.
    const script =
      `import { createInterface } from 'node:readline'; import { lock } from ${module}; let unlock = null;` +
      "for await (const word of createInterface({ input: process.stdin })) { let said = 'given back';" +
      `if (word === 'take') try { unlock = lock(${JSON.stringify(path)}); said = 'mine'; } catch (error) { said = error.name; }` +
      'else { unlock?.(); unlock = null; } console.log(said); }';
    const children = Array.from({ length: 6 }, () => {
      const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
        stdio: ['pipe', 'pipe', 'inherit'],
      });
      return { child, lines: createInterface({ input: child.stdout })[Symbol.asyncIterator]() };
    });
    const tell = (word: string) =>
      Promise.all(
        children.map(async ({ child, lines }) => {
          child.stdin.write(`${word}\n`);
          return (await lines.next()).value;
        }),
      );
    try {
      for (let time = 0; time < 50; time++) {
        writeFileSync(`${path}.lock`, `999999999 ${time}`);
        const said = (await tell('take')).sort();
        expect(said).toEqual([...Array(5).fill('LockedError'), 'mine']);
        await tell('give back');
        expect(readdirSync(join(path, '..'))).toEqual([]);
      }
    } finally {
      for (const { child } of children) child.stdin.end();
    }
  }, 60_000);

  it('that was left without an owner does not stand in the way', () => {
    writeFileSync(`${path}.lock`, '');
    utimesSync(`${path}.lock`, 1, 1);
    lock(path)();
  });

  it('that has no name in it yet is waited for, and taken once it is old', () => {
    writeFileSync(`${path}.lock`, '');
    const madeMs = Date.now() - 800;
    utimesSync(`${path}.lock`, madeMs / 1000, madeMs / 1000);
    lock(path)();
    expect(Date.now() - madeMs).toBeGreaterThanOrEqual(990);
  });

  it('that another process is writing its name into is that one’s', async () => {
    const unlock = lock(path);
    const owner = readFileSync(`${path}.lock`, 'utf8');
    unlock();
    // The thread writes the name a moment after it is told to: by then the lock is waited for.
    const source =
      "const { parentPort, workerData: { go, place, owner } } = require('node:worker_threads');" +
      "parentPort.postMessage('ready'); Atomics.wait(go, 0, 0); Atomics.wait(go, 1, 0, 100);" +
      "require('node:fs').writeFileSync(place, owner);";
    const go = new Int32Array(new SharedArrayBuffer(8));
    const writer = new Worker(source, { eval: true, workerData: { go, place: `${path}.lock`, owner } });
    await once(writer, 'message');
    writeFileSync(`${path}.lock`, '');
    Atomics.store(go, 0, 1);
    Atomics.notify(go, 0);
    expect(() => lock(path)).toThrow(LockedError);
    await writer.terminate();
    expect(readFileSync(`${path}.lock`, 'utf8')).toBe(owner);
  });

  it('is not left behind where the disk is full', (context) => {
    const small = join(path, '..', 'small');
    mkdirSync(small);
    if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=4k', 'tmpfs', small]).status !== 0) {
      context.skip('a file system cannot be mounted here');
    }
    try {
      writeFileSync(join(small, 'all'), Buffer.alloc(4096));
      expect(() => lock(join(small, 'r.jsonl'))).toThrow('ENOSPC');
      expect(existsSync(join(small, 'r.jsonl.lock'))).toBe(false);
    } finally {
      spawnSync('umount', [small]);
    }
  });

  it('is given up once: a second time does not take it from who has it by then', () => {
    const first = lock(path);
    first();
    const second = lock(path);
    first();
    expect(existsSync(`${path}.lock`)).toBe(true);
    second();
    expect(existsSync(`${path}.lock`)).toBe(false);
  });
});
