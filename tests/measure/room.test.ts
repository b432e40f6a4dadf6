import { describe, expect, it } from 'vitest';
import { roundBytes, workersWithRoom } from '../../measure/room.js';
import { point } from '../results/fixture.js';

const huge = { ...point, tracker: 'flag-scan', memoryBytes: 2 ** 40 };
const need = roundBytes(huge);

describe('room', () => {
  it('is for as many workers as memory holds', () => {
    expect(workersWithRoom([point, huge], 4, need * 4)).toBe(4);
    expect(workersWithRoom([point, huge], 4, need * 3 - 1)).toBe(2);
    expect(workersWithRoom([point], 4, need * 3 - 1)).toBe(4);
  });

  it('is refused where not even one worker has it, with bytes wanted and there', () => {
    expect(() => workersWithRoom([point, huge], 2, 100 * 2 ** 20)).toThrow(
      /'flag-scan' at 1T of guest memory needs \d+ MiB, and 100 MiB are free/,
    );
  });

  it('counts at least the state of the tracker', () => {
    expect(need).toBeGreaterThan(2 ** 40 / 4096);
  });
});
