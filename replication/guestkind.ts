export const guestKinds = ['KVM', 'simulated'] as const;

/** What a guest is: a virtual machine, or this process's imitation of one. */
export type GuestKind = (typeof guestKinds)[number];
