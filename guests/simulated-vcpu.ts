import { workerData } from 'node:worker_threads';
import { serveTurns } from '../base/thread.js';
import { openMarker } from '../trackers/concurrent/marker.js';
import { markShare, type VcpuSettings } from './simulated-threads.js';

/** The thread of one vCPU of a simulated guest: marks its share of the writes, a turn at a time. */
const settings: VcpuSettings = workerData;
const marker = openMarker(settings.sharing, settings.vcpu);

serveTurns(settings, () => markShare(marker, settings.writes, settings.share));
