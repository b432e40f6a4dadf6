import { describe, expect, it } from 'vitest';
import {
  idleShare,
  parseCoreTime,
  parseProcessorSeconds,
  readCoreTime,
  readProcessorSeconds,
} from '../../../measure/transactions/idleness.js';

describe('how idle the cores were', () => {
  it('is what they spent idle or waiting for a disk of all that they spent, guests not counted twice', () => {
    const from = parseCoreTime('cpu  100 0 100 700 100 0 0 0 50 0\ncpu0 1 2 3\n');
    const to = parseCoreTime('cpu  200 0 200 800 200 0 0 0 150 0\ncpu0 1 2 3\n');
    expect(from).toEqual({ idle: 800, total: 1000 });
    expect(idleShare(from, to)).toBe(0.5);
  });

  it('is not known where the kernel says nothing, or nothing that can be read', () => {
    expect(parseCoreTime('intr 5\n')).toBeNull();
    expect(parseCoreTime('cpu  1 2 x 4 5 6 7 8\n')).toBeNull();
    expect(idleShare(null, readCoreTime())).toBeNull();
  });

  it('is not known of no time at all', () => {
    const now = { idle: 1, total: 2 };
    expect(idleShare(now, now)).toBeNull();
  });

  it.runIf(process.platform === 'linux')('can be read on this machine', () => {
    const now = readCoreTime();
    expect(now?.total).toBeGreaterThan(now?.idle ?? 0);
  });
});

describe('the processor time of a process', () => {
  it('is what it took in user and system mode, whatever the process calls itself', () => {
    const fields = Array.from({ length: 50 }, (_, i) => i);
    expect(parseProcessorSeconds(`17 (a) b) S ${fields.join(' ')}`)).toBe((10 + 11) / 100);
    expect(parseProcessorSeconds('17 (a) S')).toBeNull();
  });

  it('is not known of a process that is not there', () => {
    expect(readProcessorSeconds(2 ** 30)).toBeNull();
  });
});
