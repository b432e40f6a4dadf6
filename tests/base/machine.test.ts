import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { freeMemory, readQuota, usableMemory } from '../../base/machine.js';

/** What the process with this membership may use, under a folder of control groups with these files. */
function quota(membership: string, files: Readonly<Record<string, string>>): number {
  const root = mkdtempSync(join(tmpdir(), 'dirtybench-cores-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(root, path, '..'), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  writeFileSync(join(root, 'membership'), membership);
  return readQuota(join(root, 'membership'), [root]);
}

it('cores are what the control group leaves, or one above it where that is less', () => {
  expect(quota('0::/a/b\n', { 'a/b/cpu.max': '250000 100000\n', 'a/cpu.max': 'max 100000\n' })).toBe(2.5);
  expect(quota('0::/a/b\n', { 'a/b/cpu.max': '250000 100000\n', 'a/cpu.max': '100000 50000\n' })).toBe(2);
  expect(quota('0::/\n', { 'cpu.max': '50000 100000\n' })).toBe(0.5);
});

it('a quota is read from version 1 too, also where the path is one outside of a container', () => {
  const files = { 'cpu.cfs_quota_us': '300000\n', 'cpu.cfs_period_us': '100000\n' };
  expect(quota('4:memory:/x\n3:cpu,cpuacct:/docker/0123\n', files)).toBe(3);
});

it('cores are without a limit where none is said', () => {
  expect(quota('0::/a\n', { 'a/cpu.max': 'max 100000\n' })).toBe(Number.POSITIVE_INFINITY);
  expect(quota('1:cpu:/\n', { 'cpu.cfs_quota_us': '-1\n', 'cpu.cfs_period_us': '100000\n' })).toBe(
    Number.POSITIVE_INFINITY,
  );
  expect(readQuota('/no/such/file', ['/no/such/folder'])).toBe(Number.POSITIVE_INFINITY);
});

it.skipIf(spawnSync('taskset', ['--version']).error !== undefined || availableParallelism() < 2)(
  'cores of a process that may run on one core only are one',
  () => {
    const module = new URL('../../base/machine.js', import.meta.url).href;
    const script = `import(${JSON.stringify(module)}).then(({ usableCores }) => console.log(usableCores()))`;
    const [, core = ''] = /^Cpus_allowed_list:\s*(\d+)/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
    const { stdout } = spawnSync('taskset', ['-c', core, process.execPath, '-e', script], { encoding: 'utf8' });
    expect(stdout).toBe('1\n');
  },
);

it('memory is what the control group leaves, and the machine’s where none limits it', () => {
  const limit = vi.spyOn(process, 'constrainedMemory');
  onTestFinished(() => limit.mockRestore());
  limit.mockReturnValue(2 ** 28);
  expect(usableMemory()).toBe(2 ** 28);
  expect(freeMemory()).toBeLessThanOrEqual(2 ** 28);
  limit.mockReturnValue(0);
  expect(usableMemory()).toBe(totalmem());
  limit.mockReturnValue(2 ** 63);
  expect(usableMemory()).toBe(totalmem());
});
