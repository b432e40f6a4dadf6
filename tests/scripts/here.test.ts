import { expect, it } from 'vitest';
import { answering, worksHere } from '../../scripts/runs/here.js';

const points = ['null', 'kvm-ring', 'kvm-bitmap', 'flag-scan'].map((tracker) => ({
  guest: tracker.startsWith('kvm') ? 'kvm' : 'simulated',
  tracker,
}));
const lacking = (...schemes: string[]) => schemes.map((scheme) => ({ scheme, why: 'no KVM', remedy: 'some' }));

it('what does not work on this machine is not advised, unless nothing of that guest does', () => {
  expect(answering(points, 'kvm', lacking('kvm-ring'))).toEqual({
    points: points.filter(({ tracker }) => tracker !== 'kvm-ring'),
    elsewhere: false,
  });
  expect(answering(points, 'kvm', lacking('kvm-ring', 'kvm-bitmap'))).toEqual({ points, elsewhere: true });
  expect(answering(points, 'process', lacking('pagemap-scan'))).toEqual({ points, elsewhere: false });
});

it('a simulated guest works on every machine', () => {
  expect(worksHere('simulated')).toBe(true);
  expect(worksHere('none')).toBe(false);
});
