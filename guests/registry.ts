import type { Backing } from '../base/backing.js';
import type { TrackerKind, TrackerOptions } from '../trackers/registry.js';
import type { Guest } from './guest.js';
import { KvmGuest } from './kvm.js';
import { ProcessGuest } from './process.js';
import { simulatedGuest } from './simulated.js';

/** The kinds of guest. */
export const guestNames = ['simulated', 'kvm', 'process'] as const;

/** One of `guestNames`, as in sweeps, results and reports. */
export type GuestName = (typeof guestNames)[number];

/** Every kind of guest there is, with a line on what it is. */
export const guests: Record<GuestName, { readonly summary: string }> = {
  simulated: { summary: 'no memory behind it: a write is a mark, so the cost is the tracker’s alone' },
  kvm: { summary: 'a virtual machine on KVM that writes its memory and ends each epoch with an I/O' },
  process: { summary: 'a part of this process’s own memory, written by JavaScript' },
};

/** How a guest is started, beside what its tracker is told. */
export interface GuestSettings extends TrackerOptions {
  /** Pages of guest memory. */
  readonly pages: number;
  /** What the memory of a real guest is mapped with; default 4k. */
  readonly backing?: Backing;
}

/**
 * Starts the guest that `tracker` watches; its vCPUs, 1 to 8, share the writes. A process guest is written by one thread, whatever
 * `vcpus` says.
 */
export function openGuest(tracker: TrackerKind, settings: GuestSettings): Guest {
  switch (tracker.guest) {
    case 'simulated':
      return simulatedGuest(tracker.create(settings.pages, settings), settings.vcpus ?? 1);
    case 'kvm':
      return KvmGuest.open(tracker, { vcpus: 1, ...settings });
    case 'process':
      return ProcessGuest.open(tracker, settings.pages, settings.backing);
  }
}
