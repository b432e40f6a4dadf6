import { workerData } from 'node:worker_threads';
import { serveTurns, type Turns } from '../../base/thread.js';
import { setState } from '../../kernel/thread.js';
import { ScanSlice, type ScanSliceSettings, sliceEnded, sliceWord } from './scan-slice.js';

/** A thread that scans its slice of a mapping, a turn at a time. */
const settings: Turns & { readonly slice: ScanSliceSettings } = workerData;

try {
  const slice = new ScanSlice(settings.slice);
  serveTurns(settings, () => slice.scanAll());
  slice.close();
} finally {
  setState(settings.slice.words, sliceWord.state, sliceEnded);
}
