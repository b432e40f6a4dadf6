import { constants } from 'node:os';
import { describe, expect, it } from 'vitest';
import { errnoName, KernelError } from '../../kernel/error.js';

describe('a kernel error', () => {
  it('names the call, the error, the usual cause and what helps', () => {
    const error = KernelError.of('open /dev/kvm', constants.errno.EACCES);
    expect(error.call).toBe('open /dev/kvm');
    expect(error.errno).toBe('EACCES');
    expect(error.message).toBe(
      'open /dev/kvm: EACCES, this user may not open it; what helps: run as root, or as a member of the group that owns ' +
        'it (usually kvm)',
    );
  });

  it('gives a call the cause that is its own before the one of any call', () => {
    expect(KernelError.of('KVM_SET_USER_MEMORY_REGION', constants.errno.ENOMEM).remedy).toBe('a smaller guest');
    expect(KernelError.of('mmap', constants.errno.ENOMEM).remedy).toBe('a smaller guest, or fewer at once');
  });

  it('says no more than it knows', () => {
    const error = KernelError.of('KVM_GET_REGS', constants.errno.EBADF);
    expect(error.message).toBe('KVM_GET_REGS: EBADF');
    expect(error.remedy).toBe('');
  });

  it('has the usual name of a number that has two', () => {
    expect(constants.errno.EWOULDBLOCK).toBe(constants.errno.EAGAIN);
    expect(errnoName(constants.errno.EAGAIN)).toBe('EAGAIN');
  });

  it('keeps an error number that has no name', () => {
    expect(KernelError.of('KVM_RUN', 9999).message).toBe('KVM_RUN: errno 9999');
  });
});
