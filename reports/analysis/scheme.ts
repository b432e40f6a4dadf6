import { otherBackings } from '../../base/backing.js';

/** What a scheme is made of. */
export interface SchemeParts {
  readonly tracker: string;
  /** Entries of its ring; null where the sweep did not set them. */
  readonly ringEntries: number | null;
  /** What the guest's memory was mapped with; absent: pages of 4 KiB. */
  readonly backing?: string | undefined;
}

const pattern = new RegExp(`^(?<tracker>.*?)(?: (?<entries>\\d+))?(?: (?<backing>${otherBackings.join('|')}))?$`);

/** What is compared: the tracker, followed by what else tells it from another with the same tracker, as `kvm-ring 4096 thp`. */
export function schemeOf({ tracker, ringEntries, backing }: SchemeParts): string {
  return [tracker, ringEntries, backing].filter((part) => part !== null && part !== undefined).join(' ');
}

/** What a scheme is made of, by its name. */
export function partsOf(scheme: string): SchemeParts {
  const { tracker = scheme, entries, backing } = pattern.exec(scheme)?.groups ?? {};
  return { tracker, ringEntries: entries === undefined ? null : Number(entries), backing };
}
