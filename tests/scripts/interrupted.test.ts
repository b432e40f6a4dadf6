import { expect, it } from 'vitest';
import { keptIn, measureUntilInterrupted } from '../../scripts/terminal/interrupted.js';

it('a run that is interrupted says what it is told of what is finished, and closes its file', async () => {
  let closed = 0;
  const file = { close: () => closed++ };
  const measured = measureUntilInterrupted('nothing is kept', file, async (signal) => {
    process.emit('SIGTERM');
    signal.throwIfAborted();
  });
  await expect(measured).rejects.toThrow(/^interrupted: nothing is kept$/);
  expect(closed).toBe(1);
  expect(keptIn('mine.jsonl')).toBe('what is finished is kept in mine.jsonl; the same command goes on from there');
  expect(keptIn('-')).toBe('what is finished is written');
});
