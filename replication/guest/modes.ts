import { KernelError } from '../../kernel/error.js';
import type { KvmTrackerName } from '../../trackers/kvm/kinds.js';
import { type SoftwareTrackerName, trackers } from '../../trackers/registry.js';
import { ReplicationError } from '../error.js';
import type { GuestKind } from '../guestkind.js';
import type { ReplicatedGuest } from './guest.js';
import { KvmService } from './kvm-service.js';
import { SimulatedService } from './simulated.js';
import type { WritesSettings } from './writes.js';

/** The names of the modes, in the order of tables. */
export const modeNames = ['none', 'kvm-flags', 'kvm-bitmap', 'kvm-ring'] as const;

/** How a primary finds what its guest has written. */
export type ModeName = (typeof modeNames)[number];

/** How a primary's guest is tracked, and whether it may have a standby. */
export interface Mode {
  /** What it is, in a line. */
  readonly summary: string;
  /** Writes are tracked, so that the guest can be moved or have a standby; where it has one, responses wait for it. */
  readonly synchronised: boolean;
  /** The tracker on a KVM guest, and the software tracker that does the same on a simulated one. */
  readonly kvm: KvmTrackerName;
  readonly simulated: SoftwareTrackerName;
}

/** Every mode there is. */
export const modes: Record<ModeName, Mode> = {
  none: {
    summary: 'not synchronised: nothing is tracked, and responses go out at once',
    synchronised: false,
    kvm: 'kvm-null',
    simulated: 'null',
  },
  'kvm-flags': {
    summary: "conventional: KVM's log copied into one flag a page, every flag looked at",
    synchronised: true,
    kvm: 'kvm-flags',
    simulated: 'flag-scan',
  },
  'kvm-bitmap': {
    summary: "KVM's dirty log, every word looked at",
    synchronised: true,
    kvm: 'kvm-bitmap',
    simulated: 'bitmap-scan',
  },
  'kvm-ring': {
    summary: "the queue: KVM's dirty ring",
    synchronised: true,
    kvm: 'kvm-ring',
    simulated: 'dirty-ring',
  },
};

/** What `--guest` of a primary may be. */
export const guestChoices = ['auto', 'kvm', 'simulated'] as const;

/** Which kind of guest to run; `auto` is KVM where it can be used. */
export type GuestChoice = (typeof guestChoices)[number];

/** The choice that is a guest of this kind and no other. */
export const choiceOf: Record<GuestKind, GuestChoice> = { KVM: 'kvm', simulated: 'simulated' };

/** A guest that serves requests, and what is to be said of it. */
export interface OpenedService {
  readonly guest: ReplicatedGuest;
  readonly note: string;
}

/**
 * Starts a guest that is tracked as the mode says.
 * @throws ReplicationError if KVM is asked for and cannot be used; ReplicationError or WorkloadError if the settings do not fit.
 */
export function openService(choice: GuestChoice, mode: ModeName, settings: WritesSettings): OpenedService {
  if (choice === 'simulated') return openSimulated(mode, settings, 'as asked');
  try {
    return { guest: KvmService.open(trackers[modes[mode].kvm], settings), note: 'KVM guest' };
  } catch (error) {
    if (!(error instanceof KernelError)) throw error;
    if (choice === 'kvm') throw new ReplicationError(`no KVM guest: ${error.message}; or take --guest simulated`);
    return openSimulated(mode, settings, `no KVM: ${error.message}`);
  }
}

/** With as many ring entries as the tracker has by itself, as on KVM. */
function openSimulated(mode: ModeName, settings: WritesSettings, why: string): OpenedService {
  const tracker = modes[mode].simulated;
  const guest = new SimulatedService(trackers[tracker], { ...settings, ringEntries: null });
  return { guest, note: `SIMULATED guest, tracked by ${tracker} (${why})` };
}
