import { expect, it, vi } from 'vitest';
import { measureNow } from '../../scripts/runs/advise-measure.js';
import { measureInto } from '../../scripts/runs/session.js';

vi.mock(import('../../scripts/runs/session.js'), async (original) => ({
  ...(await original()),
  measureInto: vi.fn(() => Promise.reject(new Error('measured'))),
}));

it('what is measured for an answer is said to be kept only where it is', async () => {
  const guest = { guest: 'simulated', workload: 'uniform', memoryBytes: 2 ** 26, pages: 16 };
  const question = { ...guest, ioFrequency: 100, cache: 'l2-cold', budget: null } as const;
  const flags = { rounds: 1, hostName: false };
  await expect(measureNow(question, flags)).rejects.toThrow('measured');
  const notKept = expect.stringContaining('is not kept');
  expect(vi.mocked(measureInto).mock.lastCall?.[3]).toEqual({
    whereabouts: { interrupted: notKept, wrongSet: notKept },
  });
  await expect(measureNow(question, { ...flags, out: 'mine.jsonl' })).rejects.toThrow('measured');
  expect(vi.mocked(measureInto).mock.lastCall?.[3]).toEqual({});
});
