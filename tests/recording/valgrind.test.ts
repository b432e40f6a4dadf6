import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { recordWithLackey } from '../../recording/valgrind.js';

/** Prints an epoch, and leaves a child that holds the pipe, as a daemon does. */
const script = `#!/bin/sh
sleep 100 &
echo $! >"$DAEMON"
echo ' S 00002000,8' >&3
echo 'SYSCALL[7,1](1) sys_write ( 1, 0x1, 1 )[sync] --> Success(0x1) ' >&3
`;

it('a program whose child goes on has ended when it has exited itself', { timeout: 30_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'dirtybench-valgrind-'));
  const daemon = join(folder, 'daemon');
  onTestFinished(() => {
    vi.unstubAllEnvs();
    process.kill(Number(readFileSync(daemon, 'utf8')));
    rmSync(folder, { recursive: true });
  });
  writeFileSync(join(folder, 'valgrind'), script, { mode: 0o755 });
  vi.stubEnv('DAEMON', daemon);
  vi.stubEnv('PATH', `${folder}:${process.env.PATH}`);
  const { read, cut, exit } = await recordWithLackey(
    {
      target: { kind: 'command', command: ['true'] },
      rule: { kind: 'output' },
      limits: { epochs: null, skipEpochs: 0, skipMs: 0 },
      durationMs: null,
      aloneMs: 0,
    },
    { signal: new AbortController().signal, began: () => {}, progress: () => {} },
  );
  expect({ cut, exit }).toEqual({ cut: false, exit: { code: 0, signal: null } });
  expect([...read.epochs.pages]).toEqual([2]);
});
