import { expect, test } from 'vitest';
import { runHere } from './command.js';

const primary = ['primary', '--port', '0', '--tracker', 'kvm-ring', '--memory', '64M', '--guest', 'simulated'];

test('a mode that commits nothing takes neither --commit nor --encode', async () => {
  const none = ['primary', '--port', '0', '--tracker', 'none'];
  const { code, stderr } = await runHere([...none, '--commit', 'grouped'], '.');
  expect(code).toBe(2);
  expect(stderr).toBe('dirtybench: --tracker none commits nothing: leave --commit out\n');
  expect((await runHere([...none, '--encode', 'xor'], '.')).stderr).toMatch(/sends no pages: leave --encode out/);
});

test.each([[[]], [['--commit', 'replay']]])('a guest without a standby takes no --encode, with %j', async (commit) => {
  const alone = [...primary, '--standby', 'none'];
  expect(await runHere([...alone, ...commit, '--encode', 'xor'], '.')).toMatchObject({
    code: 2,
    stderr: 'dirtybench: --standby none has nobody to encode pages for: leave --encode out\n',
  });
});

test('what does not go together with a log is said in a line', async () => {
  const flags = [...primary, '--standby', '127.0.0.1:1', '--commit', 'replay'];
  const said = async (...more: string[]) => (await runHere([...flags, ...more], '.')).stderr;
  expect(await said('--encode', 'xor')).toBe(
    'dirtybench: --commit replay sends checkpoints of whole pages: leave --encode out\n',
  );
  expect(await said('--checkpoint', '0')).toMatch(/--checkpoint .*it must be a whole number, at least 1/);
  expect(await said('--checkpoint', 'soon')).toMatch(/--checkpoint .*write a time as 500ms, 5s or 2m/);
});

test.each([
  ['--standby', '127.0.0.1:1'],
  ['--lease', '100'],
  ['--on-loss', 'stop'],
])('a standby that serves nobody takes no %s', async (...idle) => {
  expect(await runHere(['standby', '--port', '0', ...idle], '.')).toMatchObject({
    code: 2,
    stderr: `dirtybench: ${idle[0]} is for a guest that is served here: give --serve-port too\n`,
  });
});

test('a guest of more memory than any machine has is refused', async () => {
  const { code, stderr } = await runHere(['primary', '--port', '0', '--tracker', 'none', '--memory', '2T'], '.');
  expect({ code, stderr }).toEqual({ code: 2, stderr: 'dirtybench: --memory 2T: a guest has at most 1T\n' });
});
