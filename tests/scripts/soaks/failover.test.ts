import { expect, it } from 'vitest';
import { type Finished, soakedOf } from '../../../scripts/soaks/failover.js';
import type { FaultName } from '../../../trials/faults.js';
import { planTrial } from '../../../trials/trials.js';

/** A trial that went well, with a gap of so many milliseconds. */
function finished(seed: number, fault: FaultName, struck: boolean, gapMs: number): Finished {
  const plan = { ...planTrial(seed, [{ guest: 'simulated', mode: 'kvm-ring' }]), fault };
  return { plan, result: { struck, acknowledged: 100, repeated: 3, repeatedDone: 1, gapNs: gapMs * 1e6 } };
}

it('kills that came too late are counted by themselves, neither as kills nor as other faults', () => {
  const made = [
    finished(1, 'kill', true, 500),
    finished(2, 'kill', false, 9000),
    finished(3, 'kill', true, 700),
    finished(4, 'cut', true, 600),
    finished(5, 'cut', false, 9000),
    finished(6, 'late-acks', true, 9000),
  ];
  const { text, figures } = soakedOf(made, 2, 5, 60);
  expect(text).toMatch(
    /^failover: 2 kills and 3 other faults \(and 1 kills that came when the standby served already\) over 5 setups in .*: 600 transactions acknowledged, none lost, .*; 18 requests repeated, 6 of them done before; service gap p50 600 ms, worst 700 ms \(seed 3\)$/,
  );
  expect(figures).toMatchObject({ kills: 2, lateKills: 1, otherFaults: 3, trials: 6, gapNsMedian: 600e6 });
});

it('what did not happen is not said: a late kill, or a failover', () => {
  expect(soakedOf([finished(1, 'kill', true, 500)], 1, 5, 60).text).toContain('1 kills and 0 other faults over');
  const { text, figures } = soakedOf([finished(1, 'kill', false, 500)], 2, 5, 60);
  expect(text).toMatch(
    /^failover: stopped by --minutes before 2 kills: 0 kills and 0 other faults \(and 1 .*; no failover$/,
  );
  expect(figures).toMatchObject({ kills: 0, lateKills: 1, gapNsMedian: null, gapNsWorst: null });
});
