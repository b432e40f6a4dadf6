import { otherBackings } from '../../base/backing.js';
import { formatSize, parseSize } from '../../base/size.js';

/** What a scheme is made of. */
export interface SchemeParts {
  readonly tracker: string;
  /** Entries of its ring; null where the sweep did not set them. */
  readonly ringEntries: number | null;
  /** Bytes whose log it clears in one call; absent where the sweep did not set them. */
  readonly clearChunkBytes?: number | undefined;
  /** What the guest's memory was mapped with; absent: pages of 4 KiB. */
  readonly backing?: string | undefined;
}

const pattern = new RegExp(
  `^(?<tracker>.*?)(?: (?<entries>\\d+))?(?: (?<chunk>\\d+[KMGT]))?(?: (?<backing>${otherBackings.join('|')}))?$`,
);

/** What is compared: the tracker, followed by what else tells it from another with the same tracker, as `kvm-ring 4096 thp`. */
export function schemeOf({ tracker, ringEntries, clearChunkBytes, backing }: SchemeParts): string {
  const chunk = clearChunkBytes === undefined ? null : formatSize(clearChunkBytes);
  return [tracker, ringEntries, chunk, backing].filter((part) => part !== null && part !== undefined).join(' ');
}

/** What a scheme is made of, by its name. */
export function partsOf(scheme: string): SchemeParts {
  const { tracker = scheme, entries, chunk, backing } = pattern.exec(scheme)?.groups ?? {};
  const clearChunkBytes = chunk === undefined ? undefined : (parseSize(chunk) ?? undefined);
  return { tracker, ringEntries: entries === undefined ? null : Number(entries), clearChunkBytes, backing };
}
