/**
 * What a tracker's answer is beside the pages written since it was last asked: `exact`, just these; `per epoch`, these and
 * perhaps others, also pages that it has found before (`kvm-ring-deferred`), each of which it forgets after a few collects;
 * `cumulative`, all since the guest began or was restored, and perhaps others: it forgets nothing.
 */
export const exactnesses = ['exact', 'per epoch', 'cumulative'] as const;

/** One of `exactnesses`. */
export type Exactness = (typeof exactnesses)[number];
