/** The kinds of guest, as the handshake names them; the option `--guest` says `kvm`. */
export const guestKinds = ['KVM', 'simulated'] as const;

/** One of `guestKinds`: a virtual machine, or this process's imitation of one. */
export type GuestKind = (typeof guestKinds)[number];
