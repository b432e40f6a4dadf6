import { type Address, formatAddress } from '../replication/address.js';
import { askDigest } from '../replication/client/observer.js';
import { OutputCommitViolation, ReplicationError } from '../replication/error.js';
import { type GuestChoice, openService } from '../replication/guest/modes.js';
import type { WritesSettings } from '../replication/guest/writes.js';
import type { AnswerHistory } from './history.js';
import { replay } from './replay.js';

/** The guest that is compared, and what its replay is made with. */
export interface ReferenceOptions {
  /** Where the guest is served now. */
  readonly server: Address;
  readonly secret: string;
  readonly guest: Exclude<GuestChoice, 'auto'>;
  readonly settings: WritesSettings;
  readonly responseBytes: number;
  /** Longest that the guest's digest may take, in milliseconds. */
  readonly timeoutMs: number;
}

/**
 * Compares the state of a guest, and of its standby if it has one, with that of a fresh guest that replays the transactions.
 * @throws OutputCommitViolation if they differ, or what clients were told contradicts itself; ReplicationError if the guest's
 * digest cannot be had.
 */
export async function compareWithReplay(answers: AnswerHistory, options: ReferenceOptions): Promise<void> {
  const { server, secret, timeoutMs, responseBytes } = options;
  const history = answers.history();
  const { primary, standby } = await askDigest({ address: server, secret, timeoutMs });
  if (primary === null)
    throw new ReplicationError(`no digest of the guest: ${formatAddress(server)} does not serve it`);
  const { guest } = openService(options.guest, 'none', options.settings);
  try {
    const expected = await replay(guest, history, responseBytes);
    const held = { guest: primary.sha256, ...(standby !== null && { standby: standby.sha256 }) };
    for (const [holder, sha256] of Object.entries(held)) {
      if (sha256 === expected.sha256) continue;
      throw new OutputCommitViolation(
        `after ${history.length} transactions the ${holder} holds ${sha256} where a replay of them holds ${expected.sha256}`,
      );
    }
  } finally {
    guest.close();
  }
}
