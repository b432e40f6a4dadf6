import { expect, it } from 'vitest';
import { writeLoop, writerProgram } from '../../guests/kvm-program.js';

it('the code of a vCPU that writes for ever looks where the layout has what it shares with its host', () => {
  const { code } = writerProgram;
  // lea rdi, [rbx + a number of 32 bits]
  const lea = [0x48, 0x8d, 0xbb];
  const at = code.findIndex((_, index) => lea.every((byte, offset) => code[index + offset] === byte));
  expect(at).toBeGreaterThan(0);
  expect(new DataView(code.buffer).getInt32(at + lea.length, true)).toBe(writeLoop.at);
});
