import type { Sharing } from '../sharing.js';
import type { Marker } from '../tracker.js';
import { AtomicBitmapMarker } from './atomic-bitmap.js';
import { AtomicFlagQueueMarker } from './atomic-flag-queue.js';
import { VcpuRingMarker } from './per-vcpu-rings.js';

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
