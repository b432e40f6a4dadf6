import { expect, it, vi } from 'vitest';
import { sayBeside } from '../../scripts/commands/record.js';

it.each([
  [{ kind: 'command', command: ['true'] } as const, 'stderr'],
  [{ kind: 'process', pid: 1 } as const, 'stdout'],
] as const)('what is said of %j goes to %s: standard output is the program’s that was started', (target, name) => {
  const said = { stdout: '', stderr: '' };
  const spies = (['stdout', 'stderr'] as const).map((stream) =>
    vi.spyOn(process[stream], 'write').mockImplementation((text) => {
      said[stream] += text.toString();
      return true;
    }),
  );
  sayBeside(target)('report: a/report.md');
  for (const spy of spies) spy.mockRestore();
  expect(said).toEqual({ stdout: '', stderr: '', [name]: 'report: a/report.md\n' });
});
