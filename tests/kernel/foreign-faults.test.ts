import { closeSync, openSync } from 'node:fs';
import { expect, it } from 'vitest';
import { KernelError } from '../../kernel/error.js';
import { ForeignFaults } from '../../kernel/foreign-faults.js';
import { describeWith } from '../guests/mechanism.js';
import { resources } from './resources.js';

describeWith('process-null', 'a userfaultfd of another process', () => {
  it('leaves no file open where what was taken is none', () => {
    const file = openSync('/dev/null', 'r');
    try {
      const { files } = resources();
      expect(() => ForeignFaults.takeFrom(process.pid, file)).toThrow(KernelError);
      expect(resources().files).toBe(files);
    } finally {
      closeSync(file);
    }
  });
});
