import type { GuestProgram } from '../../guests/kvm-program.js';
import { responseHeaderBytes, service } from './service.js';

/**
 * The area that the host writes and the guest reads: u32 number of data pages, u32 paced, u32 words of the response after
 * its header, u32 0, the request, then the frames of the data pages, 4 bytes each.
 */
export const mailbox = { count: 0, paced: 4, words: 8, request: 16, frames: 16 + service.mostBytes } as const;

/** Most data pages that a transaction may list; the room they take costs nothing until it is used. */
export const mostListed = 2 ** 22;

type Code = readonly (readonly number[])[];

/** A 32-bit number as an instruction carries it. */
const u32 = (value: number) => [...new Uint8Array(Uint32Array.of(value).buffer)];
const lengthOf = (...code: Code[]) => code.flat(2).length;
/** A jump's distance, back or forth, in one byte. */
const near = (distance: number) => distance & 0xff;

const nop = 0x90;
/**
 * What makes a paced write twenty instructions long. A KVM that emulates the guest (PVM) does so for up to 1024
 * instructions before it sees that a ring is nearly full; of these, at most the 64 that the ring holds back may write.
 */
const pace = Array.from({ length: 14 }, () => nop);

const begin: Code = [
  [0x4c, 0x8b, 0x43, mailbox.request], //             mov r8, [rbx + request]      the key
  [0x4c, 0x8b, 0x4b, mailbox.request + 8], //         mov r9, [rbx + request + 8]  the sequence
  [0x41, 0x83, 0xe0, service.slots - 1], //           and r8d, slots - 1
  [0x48, 0x8b, 0x04, 0x25, ...u32(service.count)], // mov rax, [count]
  [0x48, 0xff, 0xc0], //                              inc rax
  [0x48, 0x89, 0x04, 0x25, ...u32(service.count)], // mov [count], rax
  [0x4e, 0x8b, 0x14, 0xc5, ...u32(service.table)], // mov r10, [table + r8 * 8]    the previous sequence
  [0x4e, 0x89, 0x0c, 0xc5, ...u32(service.table)], // mov [table + r8 * 8], r9
  [0x8b, 0x4b, mailbox.count], //                     mov ecx, [rbx + count]
  [0x48, 0x8d, 0xb3, ...u32(mailbox.frames)], //      lea rsi, [rbx + frames]
  [0x89, 0xc7], //                                    mov edi, eax
  [0xc1, 0xe7, 0x03], //                              shl edi, 3
  [0x81, 0xe7, ...u32(0xfff)], //                     and edi, 4095                the offset of the stamp
];

/** Stamps one data page. */
const stamp: Code = [
  [0x8b, 0x16], //             mov edx, [rsi]
  [0x48, 0xc1, 0xe2, 0x0c], // shl rdx, 12
  [0x48, 0x89, 0x04, 0x3a], // mov [rdx + rdi], rax
  [0x48, 0x83, 0xc6, 0x04], // add rsi, 4
];

/** Runs `body` until ecx, which is not 0, has come to 0. */
function loop(body: Code): Code {
  const step: Code = [...body, [0xff, 0xc9]]; //                         dec ecx
  return [...step, [0x75, near(-lengthOf(step) - 2)]]; //                jnz to its begin
}

const quick = loop(stamp);
const paced: Code = loop([...stamp, pace]);
const skipPaced: Code = [[0xeb, near(lengthOf(paced))]]; //              jmp beyond
const choose: Code = [
  [0x83, 0x7b, mailbox.paced, 0x00], //                                  cmp dword [rbx + paced], 0
  [0x75, near(lengthOf(quick, skipPaced))], //                           jne paced
];
const skipAll: Code = [
  [0x85, 0xc9], //                                                       test ecx, ecx
  [0x74, near(lengthOf(choose, quick, skipPaced, paced))], //            jz beyond
];

const answer: Code = [
  [0x48, 0x89, 0x04, 0x25, ...u32(service.response)], //      mov [response], rax       the count
  [0x4c, 0x89, 0x14, 0x25, ...u32(service.response + 8)], //  mov [response + 8], r10   the previous sequence
  [0x4c, 0x89, 0x0c, 0x25, ...u32(service.response + 16)], // mov [response + 16], r9   the sequence
  [0x8b, 0x4b, mailbox.words], //                             mov ecx, [rbx + words]
  [0xbf, ...u32(service.response + responseHeaderBytes)], //  mov edi, its end
  [0xf3, 0x48, 0xab], //                                      rep stosq                 the count, again and again
];
/** Ends the transaction: out 0x10, al. */
const io: Code = [[0xe6, 0x10]];

const body: Code = [...begin, ...skipAll, ...choose, ...quick, ...skipPaced, ...paced, ...answer];
const jumpBytes = 5;
const jumpBack: Code = [[0xe9, ...u32(-lengthOf(body, io) - jumpBytes)]];

/** The service as service.ts says, in 64-bit code; it ends with an I/O, and resumed begins anew. */
export const serviceProgram: GuestProgram & { readonly ioOffset: number } = {
  code: Uint8Array.from([...body, ...io, ...jumpBack].flat()),
  /** Where in the code the I/O is. */
  ioOffset: lengthOf(body),
  dataBytes: mailbox.frames + mostListed * 4,
};
