import { readdirSync, readFileSync } from 'node:fs';
import { expect, it, vi } from 'vitest';
import { KernelError } from '../../kernel/error.js';
import { startCommand } from '../../recording/command.js';

vi.mock(import('../../kernel/tracee.js'), async (original) => ({
  ...(await original()),
  seize: () => {
    throw KernelError.of('PTRACE_SEIZE', 1);
  },
}));

/** The processes that this one has started and not heard of the end of. */
function children(): string[] {
  return readdirSync('/proc').filter((pid) => {
    try {
      return new RegExp(`^PPid:\\t${process.pid}$`, 'm').test(readFileSync(`/proc/${pid}/status`, 'utf8'));
    } catch {
      return false;
    }
  });
}

it.skipIf(process.platform !== 'linux')('a command that may not be attached to is not left standing', () => {
  const before = children();
  expect(() => startCommand(['true'])).toThrow(KernelError);
  expect(children()).toEqual(before);
});
