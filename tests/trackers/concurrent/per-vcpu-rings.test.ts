import { PerVcpuRings } from '../../../trackers/concurrent/per-vcpu-rings.js';
import { capacity } from '../capacity.js';
import { conformance } from '../conformance.js';
import { stress } from './stress.js';

conformance('per-vcpu-rings');
conformance('per-vcpu-rings', { ringEntries: 256, vcpus: 3 });
capacity(256 - 64, (pages) => new PerVcpuRings(pages, 256, 4));
stress('per-vcpu-rings');
stress('per-vcpu-rings', { ringEntries: 256 });
