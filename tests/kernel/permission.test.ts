import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Availability } from '../../guests/availability.js';

const availabilityModule = new URL('../../guests/availability.js', import.meta.url).href;
const registryModule = new URL('../../trackers/registry.js', import.meta.url).href;

/** Prints what is available, tracker by tracker, after `before` has run. */
function script(before: string): string {
  return `${before};
    const { availability } = await import(${JSON.stringify(availabilityModule)});
    const { trackers } = await import(${JSON.stringify(registryModule)});
    const found = Object.entries(trackers).map(([name, kind]) => [name, availability(kind)]);
    process.stdout.write(JSON.stringify(Object.fromEntries(found)));`;
}

/** What is available to a process that is started with `prefix` before its command. */
function availabilities(prefix: readonly string[], before = ''): Record<string, Availability> {
  const node = [...prefix, process.execPath, '--input-type=module', '-e', script(before)];
  const { status, stdout, stderr } = spawnSync('env', node, { encoding: 'utf8' });
  expect(stderr).toBe('');
  expect(status).toBe(0);
  return JSON.parse(stdout);
}

const asNobody = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', '--'];
const loading = `await import(${JSON.stringify(registryModule)})`;
const canBeNobody =
  spawnSync('env', [...asNobody, process.execPath, '--input-type=module', '-e', loading]).status === 0;
const why = canBeNobody ? '' : 'only root can become another user, who must be able to read this checkout';
const hasKvm = existsSync('/dev/kvm');

if (why !== '') console.info(`skipped: a user without permission: ${why}`);
if (!hasKvm) console.info('skipped: a user without permission for KVM: there is no /dev/kvm');
describe.skipIf(why !== '')('a user without permission', () => {
  it.skipIf(!hasKvm)('is told why KVM does not work and what helps', () => {
    const found = availabilities(asNobody);
    const denied = {
      works: false,
      why: 'open /dev/kvm: EACCES, this user may not open it',
      remedy: 'run as root, or as a member of the group that owns it (usually kvm)',
    };
    for (const [name, availability] of Object.entries(found)) {
      if (name.startsWith('kvm-')) expect([name, availability]).toEqual([name, denied]);
    }
  });

  it('has all that root has, but KVM', () => {
    const rest = (found: Record<string, Availability>) =>
      Object.entries(found).filter(([name]) => !name.startsWith('kvm-'));
    const found = rest(availabilities(asNobody));
    expect(found).toEqual(rest(availabilities([])));
    expect(found).toContainEqual(['flag-queue', { works: true }]);
    expect(found).toContainEqual(['pagemap-scan-parallel', { works: true }]);
  });
});

describe('a machine of another kind', () => {
  it.each([
    ['darwin', 'arm64'],
    ['linux', 'arm64'],
  ])('%s on %s: has the simulated guests, and says why it has no others', (platform, arch) => {
    const before = `Object.defineProperty(process, 'platform', { value: '${platform}' });
      Object.defineProperty(process, 'arch', { value: '${arch}' })`;
    const found = availabilities([], before);
    const refused = {
      works: false,
      why: `real guests: this is ${platform} on ${arch}`,
      remedy: 'they need Linux on x86-64; simulated guests run everywhere',
    };
    expect(found['kvm-bitmap']).toEqual(refused);
    expect(found['uffd-queue']).toEqual(refused);
    expect(found['flag-queue']).toEqual({ works: true });
  });
});
