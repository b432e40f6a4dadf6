export const encodingNames = ['raw', 'xor'] as const;

/** How pages are written into an epoch's frames. */
export type EncodingName = (typeof encodingNames)[number];

export interface Encoding {
  /** What it is, in a line. */
  readonly summary: string;
  /** Its number on the wire. */
  readonly code: number;
}

/** Every encoding of pages. */
export const encodings: Record<EncodingName, Encoding> = {
  raw: { summary: 'whole pages', code: 0 },
  xor: { summary: 'what differs from the copy last sent, compressed with LZ4; the primary keeps that copy', code: 1 },
};
