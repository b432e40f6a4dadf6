import { expect, it } from 'vitest';
import { Control } from '../../recording/control.js';

it.skipIf(process.platform !== 'linux')('a recording thread that has ended needs no nudge, and none fails', () => {
  const control = new Control();
  // A thread, but not of this process.
  Atomics.store(control.words, 2, process.ppid);
  control.askStop();
  expect(() => control.nudge()).not.toThrow();
});
