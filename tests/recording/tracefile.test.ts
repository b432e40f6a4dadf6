import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { type TraceHeader, writeTrace } from '../../recording/tracefile.js';
import { loadRecording } from '../../workloads/library.js';

const header: TraceHeader = {
  program: 'test',
  command: './test',
  epoch: 'ends at each output',
  pages: 8,
  resident: 8,
  epochs: 0,
  date: '2026-01-01',
  'recorded-with': 'dirtybench',
  way: 'kernel',
  kernel: '6.0.0',
  'not-seen': 'nothing',
};

it('a trace is read back whatever its length: also where its lines are a multiple of what is packed at once', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'dirtybench-trace-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const count of [1, ...Array.from({ length: 30 }, (_, i) => 1000 + i)]) {
    const path = join(folder, `${count}.trace.gz`);
    const epochs = Array.from({ length: count }, (_, i) => ({ stores: null, pages: [i % 8] }));
    await writeTrace(path, { ...header, epochs: count }, epochs);
    expect(loadRecording(path).header.epochs).toBe(count);
  }
});
