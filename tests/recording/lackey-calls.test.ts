import { expect, it } from 'vitest';
import { LackeyCalls } from '../../recording/lackey-calls.js';

/** Whether a write to each of these descriptors ends an epoch, after these calls. */
function ends(calls: readonly string[], ...descriptors: readonly number[]): (boolean | string)[] {
  const reader = new LackeyCalls({ kind: 'output' }, () => {});
  for (const call of calls) expect(reader.line(`SYSCALL[7,1]${call}`)).toBe(false);
  return descriptors.map((number) =>
    reader.line(`SYSCALL[7,1](1) sys_write ( ${number}, 0x1, 1 )[sync] --> Success(0x1)`),
  );
}

const open3 = '(2) sys_open ( 0x1(/x), 1 )[sync] --> Success(0x3)';
const open4 = '(2) sys_open ( 0x1(/y), 1 )[sync] --> Success(0x4)';
const open5 = '(2) sys_open ( 0x1(/z), 1 )[sync] --> Success(0x5)';

it('a copy of a file that fcntl makes is a file, and what it returns otherwise is none', () => {
  const copy = "(72) sys_fcntl[ARG3=='arg'] ( 3, 1030, 10 )[sync] --> Success(0xa)";
  const flags = '(72) sys_fcntl ( 3, 3 )[sync] --> Success(0x8002)';
  expect(ends([open3, copy, flags], 3, 10, 0x8002)).toEqual([false, false, true]);
});

it('an eventfd leads nowhere', () => {
  expect(ends(['(290) sys_eventfd2 ( 0, 2048 )[sync] --> Success(0x3)'], 3)).toEqual([false]);
});

it('the number of a file that was closed may be that of a socket', () => {
  const some = '(436) sys_close_range ( 4, 4294967295, 0 )[sync] --> Success(0x0)';
  expect(ends([open3, open4, open5, some], 3, 4, 5)).toEqual([false, true, true]);
  const none = '(436) sys_close_range ( 4, 4294967295, 4 )[sync] --> Success(0x0)';
  expect(ends([open4, none], 4)).toEqual([false]);
  const socket = '(41) sys_socket ( 2, 1, 0 )[sync] --> Success(0x4)';
  expect(ends([open4, socket], 4)).toEqual([true]);
});
