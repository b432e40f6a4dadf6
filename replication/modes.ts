import { type TrackerName, trackers } from '../trackers/registry.js';
import type { ReplicatedGuest } from './guest.js';
import { SimulatedService } from './simulated.js';
import type { WritesSettings } from './writes.js';

export const modeNames = ['none', 'kvm-flags', 'kvm-bitmap', 'kvm-ring'] as const;

/** How a primary finds what its guest has written. */
export type ModeName = (typeof modeNames)[number];

export interface Mode {
  /** What it is, in a line. */
  readonly summary: string;
  /** Responses wait for the standby. */
  readonly synchronised: boolean;
  /** The software tracker that does the same on a simulated guest. */
  readonly simulated: TrackerName;
}

/** Every mode there is. */
export const modes: Record<ModeName, Mode> = {
  none: {
    summary: 'not synchronised: nothing is tracked, and responses go out at once',
    synchronised: false,
    simulated: 'null',
  },
  'kvm-flags': {
    summary: "conventional: KVM's log copied into one flag a page, every flag looked at",
    synchronised: true,
    simulated: 'flag-scan',
  },
  'kvm-bitmap': {
    summary: "KVM's dirty log, every word looked at",
    synchronised: true,
    simulated: 'bitmap-scan',
  },
  'kvm-ring': {
    summary: "the queue: KVM's dirty ring",
    synchronised: true,
    simulated: 'dirty-ring',
  },
};

export const guestChoices = ['simulated'] as const;

/** Which kind of guest to run. */
export type GuestChoice = (typeof guestChoices)[number];

/** A guest that serves requests, and what is to be said of it. */
export interface OpenedService {
  readonly guest: ReplicatedGuest;
  readonly note: string;
}

/** Starts a guest that is tracked as the mode says. */
export function openService(mode: ModeName, settings: WritesSettings): OpenedService {
  const tracker = modes[mode].simulated;
  const guest = new SimulatedService(trackers[tracker], { ...settings, ringEntries: null });
  return { guest, note: `SIMULATED guest (no virtual machine), tracked by ${tracker} in place of ${mode}` };
}
