/** The encodings of pages, as `--encode` names them. */
export const encodingNames = ['raw', 'xor'] as const;

/** How pages are written into an epoch's frames. */
export type EncodingName = (typeof encodingNames)[number];

/** What is said of an encoding. */
export interface Encoding {
  /** What it is, in a line. */
  readonly summary: string;
}

/** How the pages of a part stand in its frame: numbers on the wire. */
export const contentsCode = { pages: 0, compressed: 1, differences: 2 } as const;

/** Every encoding of pages. */
export const encodings: Record<EncodingName, Encoding> = {
  raw: { summary: 'whole pages' },
  xor: {
    summary: 'what differs from the copy last sent, compressed with LZ4 if it is much; the primary keeps that copy',
  },
};
