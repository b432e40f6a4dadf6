import { setTimeout } from 'node:timers/promises';
import { type Address, formatAddress } from '../address.js';
import { ReplicationError } from '../error.js';
import { type Connection, connect } from '../wire/connection.js';
import type { Wish } from '../wire/handshake.js';

/** Time from one attempt at an address to the next, in milliseconds. */
const pauseMs = 10;

/** Who dials, for what, and how patiently. */
export interface DialerOptions {
  readonly secret: string;
  readonly wish: Wish;
  /** How long one attempt may take, in milliseconds. */
  readonly timeoutMs: number;
}

/** A connection, and to whom. */
export interface Dialled {
  readonly address: Address;
  readonly connection: Connection;
}

/**
 * Connects to whichever of the addresses serves. All are tried at once, so that one which does not answer keeps nobody from
 * the others, and each again and again for `patienceMs`; 0 is one attempt.
 * @throws ReplicationError with what each said last if none welcomes, or the signal's reason.
 */
export async function dial(
  addresses: readonly Address[],
  options: DialerOptions,
  patienceMs: number,
  signal?: AbortSignal,
): Promise<Dialled> {
  signal?.throwIfAborted();
  const deadlineMs = performance.now() + patienceMs;
  const attempts = addresses.map((address) => ({ address, giveUp: new AbortController() }));
  const giveUpAllBut = (address: Address | null) => {
    for (const attempt of attempts) if (attempt.address !== address) attempt.giveUp.abort();
  };
  const abort = () => giveUpAllBut(null);
  signal?.addEventListener('abort', abort);
  try {
    const dialled = await Promise.any(
      attempts.map(({ address, giveUp }) => keepDialling(address, options, deadlineMs, giveUp.signal)),
    );
    giveUpAllBut(dialled.address);
    return dialled;
  } catch (error) {
    signal?.throwIfAborted();
    if (!(error instanceof AggregateError)) throw error;
    throw new ReplicationError(error.errors.map((each: Error) => each.message).join('; '));
  } finally {
    signal?.removeEventListener('abort', abort);
  }
}

async function keepDialling(
  address: Address,
  options: DialerOptions,
  deadlineMs: number,
  signal: AbortSignal,
): Promise<Dialled> {
  for (;;) {
    try {
      return { address, connection: await connect({ ...options, address, signal }) };
    } catch (error) {
      if (!(error instanceof ReplicationError) || performance.now() >= deadlineMs || signal.aborted) throw error;
    }
    await setTimeout(pauseMs);
    if (signal.aborted) throw new ReplicationError(`${formatAddress(address)}: given up`);
  }
}
