import { expect, it, vi } from 'vitest';
import { UsageError } from '../../measure/problem.js';
import { record } from '../../recording/session.js';
import { observeProcess } from '../../scripts/runs/running.js';

vi.mock(import('../../recording/session.js'), () => ({ record: vi.fn() }));

/** A second in which two epochs wrote four pages. */
function recorded(exit: { code: number; signal: number } | null) {
  return {
    ...{ pid: 7, present: [], seconds: 1, stops: 0, calls: 0, unseen: [], exit },
    epochs: {
      pages: Float64Array.of(1, 2),
      writes: Uint32Array.of(0, 1, 0, 1),
      starts: Uint32Array.of(0, 2, 4),
      full: false,
    },
    collections: new Float64Array(2),
    paces: { recorded: null, before: null, after: null, stops: 0 },
  };
}

/** Above the most that a kernel gives. */
const nobody = 4_194_400;
const nothing = { ioFrequency: null, memoryBytes: null };

it('a process that ended while it was looked at is refused in words, whether or not it is still to be waited for', async () => {
  const why = /^process \d+ ended while it was recorded: give --memory, --pages and --io-frequency in place of --pid$/;
  vi.mocked(record).mockResolvedValue(recorded({ code: 0, signal: 0 }));
  await expect(observeProcess(process.pid, 1, nothing)).rejects.toThrow(why);
  vi.mocked(record).mockResolvedValue(recorded(null));
  await expect(observeProcess(nobody, 1, nothing)).rejects.toThrow(why);
  await expect(observeProcess(nobody, 1, nothing)).rejects.toBeInstanceOf(UsageError);
});

it('the memory of a process is what is said, else what it has', async () => {
  vi.mocked(record).mockResolvedValue(recorded(null));
  const said = await observeProcess(nobody, 1, { ioFrequency: null, memoryBytes: 2 ** 30 });
  expect(said.found).toEqual({ memoryBytes: 2 ** 30, ioFrequency: 2, pages: 2 });
  expect(said.note).not.toContain('resident');
  const own = await observeProcess(process.pid, 1, nothing);
  expect(own.found.memoryBytes).toBeGreaterThan(2 ** 20);
  expect(own.note).toContain('resident');
});
