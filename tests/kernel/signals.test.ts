import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { describeWith } from '../guests/mechanism.js';

describeWith('kvm-ring', 'signals', () => {
  it('that come while a machine is made do not keep it from being made', () => {
    const profiles = mkdtempSync(join(tmpdir(), 'dirtybench-signals-'));
    onTestFinished(() => rmSync(profiles, { recursive: true }));
    // A profiler's signals, every 50 us, interrupt about one KVM_CREATE_VM in eight.
    const profiler = ['--cpu-prof', '--cpu-prof-interval=50', `--cpu-prof-dir=${profiles}`];
    const script = `
      import { Vm } from ${JSON.stringify(new URL('../../kernel/vm.js', import.meta.url).href)};
      for (let made = 0; made < 200; made++) {
        const vm = Vm.open({ kind: 'ring', entries: 1024 });
        vm.addVcpu();
        vm.close();
      }
      console.log('made');`;
    const printed = execFileSync(process.execPath, [...profiler, '--input-type=module', '--eval', script]);
    expect(printed.toString()).toBe('made\n');
  });
});
