import { type ModeName, modes } from '../../replication/guest/modes.js';
import { type CommitName, commits } from '../../replication/primary/commit.js';
import type { EncodingName } from '../../replication/wire/encoding.js';
import { longestPollUs } from '../../replication/wire/polling.js';
import type { TransactionPoint } from '../../results/transactions.js';

/** A point as this version of dirtybench can measure it. */
export interface Point extends TransactionPoint {
  readonly mode: ModeName;
  readonly commit: CommitName;
  readonly encode: EncodingName;
}

/** What is combined. */
export interface PointAxes {
  readonly memories: readonly number[];
  readonly modes: readonly ModeName[];
  readonly commits: readonly CommitName[];
  readonly encodings: readonly EncodingName[];
  readonly connections: readonly number[];
  /** 0: no polling. */
  readonly polls: readonly number[];
}

/** What Table 1 is measured with: as in the paper. */
export const asInPaper = { commits: ['stop'], encodings: ['raw'], connections: [1], polls: [0] } as const;

/** Every combination, each once: a mode that is not synchronised has no way to commit and no encoding to vary. */
export function pointsOf({ memories, modes: names, commits, encodings, connections, polls }: PointAxes): Point[] {
  return memories.flatMap((memoryBytes) =>
    connections.flatMap((clients) =>
      names.flatMap((mode) => {
        const ways = modes[mode].synchronised ? { commits, encodings, polls } : asInPaper;
        return ways.commits.flatMap((commit) =>
          encodingsOf(commit, ways.encodings).flatMap((encode) =>
            ways.polls.map((pollUs) => ({
              ...{ mode, memoryBytes, commit, encode, connections: clients },
              ...(pollUs > 0 && { pollUs }),
            })),
          ),
        );
      }),
    ),
  );
}

/** Where requests are replayed pages go as they are. */
function encodingsOf(commit: CommitName, encodings: readonly EncodingName[]): readonly EncodingName[] {
  return commits[commit].keeps === 'requests' ? ['raw'] : encodings;
}

const gapMemoryBytes = 4 * 2 ** 30;
const manyConnections = 16;

/**
 * What closes the gap to the unsynchronised guest, beside the points of Table 1: with the queue, at one memory size.
 * With one connection nothing can overlap or be shared, so that `buffered` and `grouped` are left out there. None where that size or
 * the queue is not asked for.
 */
export function gapPoints({ memories, modes: names }: Pick<PointAxes, 'memories' | 'modes'>): Point[] {
  if (!memories.includes(gapMemoryBytes) || !names.includes('kvm-ring')) return [];
  const queue = { mode: 'kvm-ring', memoryBytes: gapMemoryBytes } as const;
  const many = { ...queue, connections: manyConnections };
  return [
    { ...queue, commit: 'stop', encode: 'xor', connections: 1 },
    { ...queue, commit: 'stop', encode: 'raw', connections: 1, pollUs: longestPollUs },
    { ...queue, commit: 'replay', encode: 'raw', connections: 1 },
    { ...queue, commit: 'replay', encode: 'raw', connections: 1, pollUs: longestPollUs },
    ...(names.includes('none') ? [{ ...many, mode: 'none', commit: 'stop', encode: 'raw' } as const] : []),
    { ...many, commit: 'stop', encode: 'raw' },
    { ...many, commit: 'buffered', encode: 'raw' },
    { ...many, commit: 'grouped', encode: 'raw' },
    { ...many, commit: 'grouped', encode: 'xor' },
    { ...many, commit: 'replay', encode: 'raw' },
  ];
}
