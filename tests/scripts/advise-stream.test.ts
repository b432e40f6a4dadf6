import { tmpdir } from 'node:os';
import { expect, it, vi } from 'vitest';
import { sampleAnalysis } from '../reports/sample.js';
import { runHere } from './command.js';

const evidence = sampleAnalysis();

vi.mock(import('../../scripts/runs/advise-measure.js'), async (original) => ({
  ...(await original()),
  measureNow: () => Promise.resolve({ evidence, name: 'a measurement' }),
}));

it('an answer is not among results that go to standard output', async () => {
  const question = ['--guest', 'simulated', '--memory', '8G', '--pages', '500', '--io-frequency', '100'];
  const advise = (...flags: string[]) => runHere(['advise', ...question, '--measure', ...flags], tmpdir());
  expect(await advise('--out', '-')).toMatchObject({
    code: 0,
    stdout: '',
    stderr: expect.stringMatching(/^For a 8G /),
  });
  expect(await advise('--out', '-', '--json')).toMatchObject({ stdout: '', stderr: expect.stringMatching(/^{/) });
  expect(await advise()).toMatchObject({ stdout: expect.stringMatching(/^For a 8G /), stderr: '' });
});
