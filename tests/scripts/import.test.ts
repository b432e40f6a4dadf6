import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, expect, it } from 'vitest';
import { loadRecording } from '../../workloads/library.js';
import { runHere, runWith } from './command.js';

const folder = mkdtempSync(join(tmpdir(), 'dirtybench-import-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function imported(format: string, text: string) {
  const file = join(folder, `given.${format}`);
  const out = join(folder, `${format}.trace.gz`);
  writeFileSync(file, text);
  const ended = await runHere(['import', '--from', format, file, '--out', out, '--force'], folder);
  return { ...ended, out };
}

it('rows of epoch,page on standard input become epochs, with empty ones where a number is left out', async () => {
  const out = join(folder, 'rows.trace.gz');
  const args = ['import', '--from', 'csv', '-', '--out', out];
  const { code, stderr } = await runWith('epoch,page\n5,100\n5,102\n7,100\n', args, folder);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const { header, writes, starts } = loadRecording(out);
  expect(header.program).toBe('standard input');
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

it('what is packed is unpacked, and the epochs that are asked for are kept', async () => {
  const rows = Array.from({ length: 20 }, (_, epoch) => `${epoch},${100 + epoch}`).join('\n');
  const file = join(folder, 'rows.csv.gz');
  writeFileSync(file, gzipSync(rows));
  const out = join(folder, 'packed.trace.gz');
  const args = ['import', '--from', 'csv', file, '--skip', '5', '--epochs', '4', '--out', out];
  const { code, stderr } = await runHere(args, folder);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const { header, writes, starts } = loadRecording(out);
  expect(header).toMatchObject({ epochs: 4, resident: 4 });
  expect([[...writes], [...starts]]).toEqual([
    [0, 1, 2, 3],
    [0, 1, 2, 3, 4],
  ]);
});

it('a file that is not packed though its name says so is named', async () => {
  const file = join(folder, 'plain.csv.gz');
  writeFileSync(file, '0,1\n');
  const { code, stderr } = await runHere(['import', '--from', 'csv', file, '--out', join(folder, 'no.gz')], folder);
  expect(stderr).toMatch(/^dirtybench: cannot read .*plain\.csv\.gz: incorrect header check$/m);
  expect(code).toBe(2);
});

const whyNotLackey = spawnSync('valgrind', ['--version']).error === undefined ? '' : 'there is no valgrind';
if (whyNotLackey !== '') console.info(`skipped: importing what lackey prints: ${whyNotLackey}`);

it.skipIf(whyNotLackey !== '')(
  'what a real lackey prints is read, plain and packed, whole and in part',
  async () => {
    const log = join(folder, 'lackey.log');
    const lackey = [
      '--tool=lackey',
      '--basic-counts=no',
      '--trace-mem=yes',
      '--trace-syscalls=yes',
      `--log-file=${log}`,
    ];
    const { status } = spawnSync('valgrind', [...lackey, 'sh', '-c', 'echo 1; echo 2; echo 3; echo 4; echo 5']);
    expect(status).toBe(0);
    const text = readFileSync(log);
    const packed = `${log}.gz`;
    writeFileSync(packed, gzipSync(text, { level: 1 }));
    const read = async (file: string, name: string, ...more: string[]) => {
      const out = join(folder, `${name}.trace.gz`);
      const { code, stderr } = await runHere(['import', '--from', 'lackey', file, '--out', out, ...more], folder);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      return loadRecording(out);
    };
    const whole = await read(log, 'whole');
    expect(whole.header).toMatchObject({ program: 'sh', epochs: 5, way: "valgrind's lackey" });
    // What it stored to while it was loaded is in the first epoch alone.
    const sizes = Array.from(whole.starts.subarray(1), (end, index) => end - (whole.starts[index] ?? 0));
    expect(Math.max(...sizes.slice(1))).toBeLessThan(sizes[0] ?? 0);
    expect(Math.min(...sizes)).toBeGreaterThan(0);
    const again = await read(packed, 'gz');
    expect([again.writes, again.starts]).toEqual([whole.writes, whole.starts]);
    const part = await read(packed, 'part', '--skip', '2', '--epochs', '2');
    expect(part.header.epochs).toBe(2);
    expect([...part.starts]).toEqual([0, sizes[2], (sizes[2] ?? 0) + (sizes[3] ?? 0)]);
  },
  120_000,
);

it.each([
  ['csv', '0,1\n0,x\n', 'given.csv:2: expected epoch,page'],
  ['csv', '1,1\n0,1\n', 'given.csv:2: epoch 0 comes after epoch 1'],
  ['lackey', 'I  00001000,3\nhello\n', 'given.lackey:2: lackey prints no "hello"'],
])('a bad line of %s is named: %j', async (format, text, message) => {
  const { code, stderr } = await imported(format, text);
  expect(stderr).toContain(message);
  expect(stderr.trim().split('\n')).toHaveLength(1);
  expect(code).toBe(2);
});
