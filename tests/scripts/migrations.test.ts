import { expect, it } from 'vitest';
import { makeMigrationsHeader } from '../../scripts/runs/migrations.js';

it('the point measured twice is the queue at the largest memory, in whatever order memories are given', () => {
  const settings = {
    ...{ command: 'downtime', workload: 'netperf-rr', pagesPerTransaction: 16, connections: 4 },
    ...{ seconds: 1, warmupSeconds: 1, downtimeMs: 100, rounds: 5, seed: 1 },
  };
  const twinOf = (memories: readonly number[], modes: readonly ('kvm-flags' | 'kvm-bitmap' | 'kvm-ring')[]) => {
    const { points, twin } = makeMigrationsHeader({ ...settings, memories, modes }, 'simulated', { hostName: false });
    return points[twin ?? -1];
  };
  const queue = { mode: 'kvm-ring', memoryBytes: 2 ** 32 };
  expect(twinOf([2 ** 29, 2 ** 32], ['kvm-flags', 'kvm-ring'])).toEqual(queue);
  expect(twinOf([2 ** 32, 2 ** 29], ['kvm-ring', 'kvm-flags'])).toEqual(queue);
  expect(twinOf([2 ** 32, 2 ** 29], ['kvm-flags', 'kvm-bitmap'])).toEqual({ ...queue, mode: 'kvm-bitmap' });
});
