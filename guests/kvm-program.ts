/** What a KVM guest runs. Its code lies at a page's begin, runs in 64-bit mode, and finds its vCPU's data area in rbx. */
export interface GuestProgram {
  readonly code: Uint8Array<ArrayBuffer>;
  /** Bytes of the area that each vCPU shares with the host. */
  readonly dataBytes: number;
}

/** The most writes of one vCPU between two I/Os; the room they take costs nothing until it is used. */
export const listedWrites = 2 ** 22;

/** A vCPU's data area under `writerProgram`: u32 count, u32 paced, u64 value, then that many u32 frames. */
export const writeList = { count: 0, paced: 4, value: 8, frames: 16 } as const;

const nop = 0x90;
/**
 * What makes a paced write eighteen instructions long. A KVM that emulates the guest (PVM) does so for up to 1024
 * instructions before it sees that a ring is nearly full; of these, at most the 64 that the ring holds back may write.
 */
const pace = Array.from({ length: 12 }, () => nop);

const instructions: readonly (readonly number[])[] = [
  [0x8b, 0x0b], //             start: mov ecx, [rbx]
  [0x48, 0x8b, 0x53, 0x08], //        mov rdx, [rbx + 8]
  [0x48, 0x8d, 0x73, 0x10], //        lea rsi, [rbx + 16]
  [0x85, 0xc9], //                    test ecx, ecx
  [0x74, 0x36], //                    jz done
  [0x83, 0x7b, 0x04, 0x00], //        cmp dword [rbx + 4], 0
  [0x75, 0x13], //                    jne paced
  [0x8b, 0x06], //             next:  mov eax, [rsi]
  [0x48, 0xc1, 0xe0, 0x0c], //        shl rax, 12
  [0x48, 0x89, 0x10], //              mov [rax], rdx
  [0x48, 0x83, 0xc6, 0x04], //        add rsi, 4
  [0xff, 0xc9], //                    dec ecx
  [0x75, 0xef], //                    jnz next
  [0xeb, 0x1d], //                    jmp done
  [0x8b, 0x06], //             paced: mov eax, [rsi]
  [0x48, 0xc1, 0xe0, 0x0c], //        shl rax, 12
  [0x48, 0x89, 0x10], //              mov [rax], rdx
  [0x48, 0x83, 0xc6, 0x04], //        add rsi, 4
  pace,
  [0xff, 0xc9], //                    dec ecx
  [0x75, 0xe3], //                    jnz paced
  [0xe6, 0x10], //             done:  out 0x10, al
  [0xeb, 0xb8], //                    jmp start
];

/**
 * Stores the value into the first eight bytes of every frame listed, in order, then does the I/O that ends the epoch;
 * resumed, it begins anew.
 */
export const writerProgram: GuestProgram = {
  code: Uint8Array.from(instructions.flat()),
  dataBytes: writeList.frames + listedWrites * 4,
};
