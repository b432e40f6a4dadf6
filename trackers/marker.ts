import { AtomicBitmapMarker, type SharedBitmap } from './atomic-bitmap.js';
import { AtomicFlagQueueMarker, type SharedQueue } from './atomic-flag-queue.js';
import { type SharedRings, VcpuRingMarker } from './per-vcpu-rings.js';
import type { Marker } from './tracker.js';

/** What a tracker shares with the threads that mark in it: plain data and shared memory, as a thread can be sent it. */
export type Sharing =
  | { readonly scheme: 'null' }
  | ({ readonly scheme: 'atomic-bitmap' } & SharedBitmap)
  | ({ readonly scheme: 'atomic-flag-queue' } & SharedQueue)
  | ({ readonly scheme: 'per-vcpu-rings' } & SharedRings);

/** The marker of one vCPU, from 0. A vCPU has one marker, and the first vCPU's may be the tracker itself. */
export function openMarker(sharing: Sharing, vcpu: number): Marker {
  switch (sharing.scheme) {
    case 'null':
      return { mark: () => false };
    case 'atomic-bitmap':
      return new AtomicBitmapMarker(sharing);
    case 'atomic-flag-queue':
      return new AtomicFlagQueueMarker(sharing);
    case 'per-vcpu-rings':
      return new VcpuRingMarker(sharing, vcpu);
  }
}
