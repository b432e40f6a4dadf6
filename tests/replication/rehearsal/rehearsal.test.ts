import { describe, expect, it } from 'vitest';
import { availability } from '../../../guests/availability.js';
import { rehearsal } from '../../../replication/rehearsal/rehearsal.js';
import { trackers } from '../../../trackers/registry.js';

const service = { workload: 'netperf-rr', pagesPerTransaction: 16, seed: 1 };
const memoryBytes = 2 ** 32;

describe('a rehearsal', () => {
  it.each(['kvm-flags', 'kvm-bitmap', 'kvm-ring'] as const)(
    'moves a simulated guest with %s, on both sides',
    async (mode) => {
      expect(await rehearsal.asTarget(mode, { guest: 'simulated', memoryBytes, service })).toBeGreaterThan(0);
      expect(await rehearsal.asSource(mode, { settings: service, memoryBytes })).toBe(1);
    },
  );

  it.skipIf(!availability(trackers['kvm-ring']).works)('moves a guest on KVM', async () => {
    expect(await rehearsal.asTarget('kvm-ring', { guest: 'KVM', memoryBytes, service })).toBeGreaterThan(0);
  });

  it('is left out, without a word, where its scratch guest has no room for the workload', async () => {
    const large = { ...service, pagesPerTransaction: 100_000 };
    expect(await rehearsal.asTarget('kvm-ring', { guest: 'simulated', memoryBytes, service: large })).toBe(0);
  });
});
