import { describe, expect, it } from 'vitest';
import { nameOf, soak, soakSetups } from '../../measure/soak.js';

const all = soakSetups();
const setups = all.filter(({ goesOn }) => goesOn === undefined);
const goingOn = all.filter(({ goesOn }) => goesOn !== undefined);
if (setups.length === 0) console.info('skipped: a soak: no real guest works here');

describe.skipIf(setups.length === 0)('a soak', () => {
  it('runs every setup that works here, with every set checked and small rings that fill', () => {
    const epochs = setups.length * 200;
    const progress = [...soak(setups, epochs, 7, 200)];
    expect(progress.map(({ setup }) => nameOf(setup))).toEqual(setups.map(nameOf));
    expect(progress.at(-1)?.epochs).toBe(epochs);
    expect(progress.at(-1)?.dirtyPages).toBeGreaterThan(epochs);
    const small = setups.some(({ ringEntries }) => ringEntries !== null);
    if (small) expect(progress.at(-1)?.forcedExits).toBeGreaterThan(0);
  });

  it.skipIf(goingOn.length === 0)('collects guests that go on, too', () => {
    const progress = [...soak(goingOn, goingOn.length * 20, 7, 20)];
    expect(progress.map(({ setup }) => nameOf(setup))).toEqual(goingOn.map(nameOf));
    expect(progress.at(-1)?.dirtyPages).toBeGreaterThan(goingOn.length * 20);
  });

  it('ends where it was told, also within a guest', () => {
    expect([...soak(setups, 10, 1)].map(({ epochs }) => epochs)).toEqual([10]);
  });
});

it('names a setup by what sets it apart', () => {
  expect(nameOf({ tracker: 'kvm-ring', vcpus: 4, ringEntries: 1024 })).toBe('kvm-ring, 4 vCPUs, rings of 1024');
  expect(nameOf({ tracker: 'pagemap-scan', vcpus: 1, ringEntries: null, goesOn: true })).toBe(
    'pagemap-scan, 1 vCPU, running on',
  );
  expect(nameOf({ tracker: 'pagemap-scan', vcpus: 1, ringEntries: null })).toBe('pagemap-scan, 1 vCPU');
});
