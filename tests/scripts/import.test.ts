import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { loadRecording } from '../../workloads/library.js';
import { runWith } from './command.js';

const folder = mkdtempSync(join(tmpdir(), 'dirtybench-import-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function imported(format: string, text: string, ...more: string[]) {
  const out = join(folder, `${format}.trace.gz`);
  const ended = await runWith(text, ['import', '--from', format, '-', '--out', out, '--force', ...more], folder);
  return { ...ended, out };
}

it('rows of epoch,page become epochs, with empty ones where a number is left out', async () => {
  const { code, stderr, out } = await imported('csv', 'epoch,page\n5,100\n5,102\n7,100\n');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const { writes, starts } = loadRecording(out);
  expect([[...writes], [...starts]]).toEqual([
    [0, 2, 0],
    [0, 2, 2, 3],
  ]);
});

it('what lackey prints becomes epochs that end at writes to what is no file', async () => {
  const log = [
    '==7== Command: ./mine now',
    'I  00001000,3',
    ' S 00002ffc,8',
    'SYSCALL[7,1](257) sys_openat ( 4294967196, 0x1(/x), 1 ) --> [async] ... ',
    'SYSCALL[7,1](257) ... [async] --> Success(0x5) ',
    'SYSCALL[7,1](1) sys_write ( 5, 0x1, 1 )[sync] --> Success(0x1) ',
    ' M 00004000,4',
    'SYSCALL[7,1](1) sys_write ( 1, 0x1, 1 )[sync] --> Success(0x1) ',
    'SYSCALL[7,1](0) sys_read ( 6, 0x5000, 4096 )[sync] --> Success(0x10) ',
    'SYSCALL[7,1](1) sys_write ( 1, 0x1, 1 )[sync] --> Success(0x1) ',
    ' S 00002000,8',
    '',
  ];
  const { code, stderr, out } = await imported('lackey', log.join('\n'));
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const { header, writes, starts } = loadRecording(out);
  expect(header).toMatchObject({ program: 'mine', command: './mine now', epochs: 2, resident: 5 });
  expect([[...writes], [...starts]]).toEqual([
    [1, 2, 3, 4],
    [0, 3, 4],
  ]);
});

it.each([
  ['csv', '0,1\n0,x\n', 'standard input:2: expected epoch,page'],
  ['csv', '1,1\n0,1\n', 'standard input:2: epoch 0 comes after epoch 1'],
  ['lackey', 'I  00001000,3\nhello\n', 'standard input:2: lackey prints no "hello"'],
])('a bad line of %s is named: %j', async (format, text, message) => {
  const { code, stderr } = await imported(format, text);
  expect(stderr).toContain(message);
  expect(stderr.trim().split('\n')).toHaveLength(1);
  expect(code).toBe(2);
});
