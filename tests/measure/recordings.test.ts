import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { recordingsOf } from '../../measure/recordings.js';

it('recordings that points name by path are known by their files, each once', () => {
  const folder = mkdtempSync(join(tmpdir(), 'dirtybench-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'mine.trace.gz');
  writeFileSync(path, 'a trace');
  const workloads = ['uniform', `trace:${path}`, 'trace:redis-set', `trace:${path}`];
  expect(recordingsOf(workloads.map((workload) => ({ workload })))).toEqual([
    { path, sha256: createHash('sha256').update('a trace').digest('hex') },
  ]);
});
