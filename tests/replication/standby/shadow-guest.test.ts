import { expect, onTestFinished, test, vi } from 'vitest';
import { KernelError } from '../../../kernel/error.js';
import { ReplicationError } from '../../../replication/error.js';
import { Image } from '../../../replication/standby/image.js';
import { ShadowGuest } from '../../../replication/standby/shadow-guest.js';

test('a guest whose registers the kernel here refuses is refused, and does not end the standby', () => {
  const service = { pagesPerTransaction: 5, workload: 'uniform', seed: 3 };
  const hello = {
    role: 'primary',
    nonce: '',
    memoryBytes: 2 ** 22,
    stateBytes: 8,
    guest: 'simulated',
    service,
  } as const;
  const shadow = ShadowGuest.open('kvm-ring', { ...hello, purpose: 'migration' });
  onTestFinished(() => shadow.close());
  vi.spyOn(shadow.guest, 'restore').mockImplementation(() => {
    throw KernelError.of('KVM_SET_SREGS', 22);
  });
  expect(() => shadow.restore(new Image(shadow.guest.memory, 8))).toThrow(
    new ReplicationError('this standby cannot run the simulated guest: KVM_SET_SREGS: EINVAL'),
  );
});
