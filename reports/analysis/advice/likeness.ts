import type { Environment } from '../../../results/schema.js';

/** What makes one machine's figures hold for another, in words. */
const decisive: readonly { readonly what: string; readonly of: (machine: Environment) => string | number | null }[] = [
  { what: 'CPU', of: ({ cpu }) => cpu },
  { what: 'architecture', of: ({ arch }) => arch },
  { what: 'cores', of: ({ cores }) => cores },
  { what: 'bytes of L2 cache', of: ({ l2Bytes }) => l2Bytes },
  { what: 'bytes of L3 cache', of: ({ l3Bytes }) => l3Bytes },
  { what: 'KVM', of: ({ kvm }) => (kvm === null ? 'none' : `${kvm.backend} with ${kvm.paging} page tables`) },
  { what: 'Linux', of: ({ kernel }) => kernel.split('.').slice(0, 2).join('.') },
];

/** What differs between two machines that detection depends on, each as `CPU: A, here B`; none: figures of one hold on the other. */
export function unlikeness(measuredOn: Environment, here: Environment): string[] {
  return decisive.flatMap(({ what, of }) => {
    const [there, own] = [of(measuredOn), of(here)];
    return there === own ? [] : [`${what}: ${there ?? 'unknown'}, here ${own ?? 'unknown'}`];
  });
}
