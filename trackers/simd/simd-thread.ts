import { workerData } from 'node:worker_threads';
import { serveTurns, type Turns } from '../../base/thread.js';
import { SimdSlice, type SliceSettings } from './simd-slice.js';

/** A thread that scans its slice, a turn at a time. */
const settings: Turns & { readonly slice: SliceSettings } = workerData;
const slice = new SimdSlice(settings.slice);

serveTurns(settings, () => slice.scanOn());
