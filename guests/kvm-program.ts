import { mostTurns } from './going.js';

/** What a KVM guest runs. Its code begins at a page, runs in 64-bit mode, and is given the address of its vCPU's data area in rbx. */
export interface GuestProgram {
  readonly code: Uint8Array<ArrayBuffer>;
  /** Bytes of the area that each vCPU shares with the host. */
  readonly dataBytes: number;
}

/**
 * The most writes of one vCPU between two I/Os; the room they take costs nothing until it is used. With another number the `lea rdi` of
 * `writeForever` has to be assembled anew, whose last four bytes are `writeLoop.at`.
 */
export const listedWrites = 2 ** 22;

/** How a vCPU goes through its list: straight, paced, or over and over until it is told to stop. */
export const writeMode = { straight: 0, paced: 1, forever: 2 } as const;

/**
 * A vCPU's data area under `writerProgram`: u32 count, u32 mode, u64 value, then that many u32 frames. These offsets stand in the code, as
 * do the numbers of the modes: in the instructions with [rbx] or [rbx + ...], which have to be assembled anew if one changes.
 */
export const writeList = { count: 0, mode: 4, value: 8, frames: 16 } as const;

/**
 * What a vCPU that writes for ever shares with its host, at `at` in its data area: u32 stop and u32 turn, which the host sets, u64 writes
 * that are finished, then for each turn u64 the longest time between two writes, in ticks of the vCPU's own counter. These offsets stand
 * in the code too, in the instructions whose comments name them.
 */
export const writeLoop = { at: writeList.frames + listedWrites * 4, stop: 0, turn: 4, writes: 8, gaps: 16 } as const;

const nop = 0x90;
/**
 * What makes each paced write eighteen instructions long. A KVM that emulates the guest (PVM) runs up to 1024 instructions before it
 * looks whether the dirty ring is nearly full, and no more than 64 of them may write, for which the ring holds room back: so at most 57 do.
 */
const pace = Array.from({ length: 12 }, () => nop);

const writeThrough: readonly (readonly number[])[] = [
  [0x8b, 0x0b], //             start: mov ecx, [rbx]
  [0x48, 0x8b, 0x53, 0x08], //        mov rdx, [rbx + 8]
  [0x48, 0x8d, 0x73, 0x10], //        lea rsi, [rbx + 16]
  [0x85, 0xc9], //                    test ecx, ecx
  [0x74, 0x38], //                    jz done
  [0x83, 0x7b, 0x04, 0x01], //        cmp dword [rbx + 4], 1
  [0x73, 0x13], //                    jae other
  [0x8b, 0x06], //             next:  mov eax, [rsi]
  [0x48, 0xc1, 0xe0, 0x0c], //        shl rax, 12
  [0x48, 0x89, 0x10], //              mov [rax], rdx
  [0x48, 0x83, 0xc6, 0x04], //        add rsi, 4
  [0xff, 0xc9], //                    dec ecx
  [0x75, 0xef], //                    jnz next
  [0xeb, 0x1f], //                    jmp done
  [0x77, 0x21], //             other: ja forever
  [0x8b, 0x06], //             paced: mov eax, [rsi]
  [0x48, 0xc1, 0xe0, 0x0c], //        shl rax, 12
  [0x48, 0x89, 0x10], //              mov [rax], rdx
  [0x48, 0x83, 0xc6, 0x04], //        add rsi, 4
  pace,
  [0xff, 0xc9], //                    dec ecx
  [0x75, 0xe3], //                    jnz paced
  [0xe6, 0x10], //             done:  out 0x10, al
  [0xeb, 0xb6], //                    jmp start
];

/** r8: number of the write; r9: when the last one was; r10: the turn; r11: its longest gap. */
const writeForever: readonly (readonly number[])[] = [
  [0x48, 0x8d, 0xbb, 0x10, 0x00, 0x00, 0x01], // forever: lea rdi, [rbx + writeLoop.at]
  [0x45, 0x31, 0xc0], //                 xor r8d, r8d
  [0x45, 0x31, 0xd2], //                 xor r10d, r10d
  [0x45, 0x31, 0xdb], //                 xor r11d, r11d
  [0x0f, 0x31], //                       rdtsc
  [0x48, 0xc1, 0xe2, 0x20], //           shl rdx, 32
  [0x48, 0x09, 0xd0], //                 or rax, rdx
  [0x49, 0x89, 0xc1], //                 mov r9, rax
  [0x8b, 0x06], //                write: mov eax, [rsi]
  [0x48, 0xc1, 0xe0, 0x0c], //           shl rax, 12
  [0x49, 0xff, 0xc0], //                 inc r8
  [0x4c, 0x89, 0x00], //                 mov [rax], r8
  [0x4c, 0x89, 0x47, 0x08], //           mov [rdi + writeLoop.writes], r8
  [0x0f, 0x31], //                       rdtsc
  [0x48, 0xc1, 0xe2, 0x20], //           shl rdx, 32
  [0x48, 0x09, 0xc2], //                 or rdx, rax
  [0x48, 0x89, 0xd0], //                 mov rax, rdx
  [0x4c, 0x29, 0xca], //                 sub rdx, r9
  [0x49, 0x89, 0xc1], //                 mov r9, rax
  [0x8b, 0x47, 0x04], //                 mov eax, [rdi + writeLoop.turn]
  [0x44, 0x39, 0xd0], //                 cmp eax, r10d
  [0x75, 0x28], //                       jne turned
  [0x4c, 0x39, 0xda], //                 cmp rdx, r11
  [0x4c, 0x0f, 0x47, 0xda], //           cmova r11, rdx
  [0x48, 0x83, 0xc6, 0x04], //    after: add rsi, 4
  [0xff, 0xc9], //                       dec ecx
  [0x75, 0x06], //                       jnz again
  [0x48, 0x8d, 0x73, 0x10], //           lea rsi, [rbx + 16]
  [0x8b, 0x0b], //                       mov ecx, [rbx]
  [0x83, 0x3f, 0x00], //          again: cmp dword [rdi + writeLoop.stop], 0
  [0x74, 0xbc], //                       je write
  [0x4e, 0x3b, 0x5c, 0xd7, 0x10], //     cmp r11, [rdi + 8 * r10 + writeLoop.gaps]
  [0x76, 0x95], //                       jbe done
  [0x4e, 0x89, 0x5c, 0xd7, 0x10], //     mov [rdi + 8 * r10 + writeLoop.gaps], r11
  [0xeb, 0x8e], //                       jmp done
  [0x4e, 0x3b, 0x5c, 0xd7, 0x10], // turned: cmp r11, [rdi + 8 * r10 + writeLoop.gaps]
  [0x76, 0x05], //                       jbe kept
  [0x4e, 0x89, 0x5c, 0xd7, 0x10], //     mov [rdi + 8 * r10 + writeLoop.gaps], r11
  // A gap that begins in one turn and ends in a later one counts for the collect between or beside them: collects are the odd turns.
  [0x41, 0x83, 0xca, 0x01], //     kept: or r10d, 1
  [0x4a, 0x3b, 0x54, 0xd7, 0x10], //     cmp rdx, [rdi + 8 * r10 + writeLoop.gaps]
  [0x76, 0x05], //                       jbe ended
  [0x4a, 0x89, 0x54, 0xd7, 0x10], //     mov [rdi + 8 * r10 + writeLoop.gaps], rdx
  [0x41, 0x89, 0xc2], //          ended: mov r10d, eax
  [0x45, 0x31, 0xdb], //                 xor r11d, r11d
  [0xeb, 0xbb], //                       jmp after
];

/**
 * Stores the value into the first eight bytes of every frame listed, in order, then does the I/O that ends the epoch;
 * resumed, it begins anew. Where it is told to write for ever, it stores the number of each write, from 1, and does the I/O once it is
 * told to stop.
 */
export const writerProgram: GuestProgram = {
  code: Uint8Array.from([...writeThrough, ...writeForever].flat()),
  dataBytes: writeLoop.at + writeLoop.gaps + mostTurns * 8,
};
