import type { PrecopyRound } from '../../results/migrations.js';
import { now } from '../clock.js';
import { LostError, ReplicationError } from '../error.js';
import type { ReplicatedGuest } from '../guest/guest.js';
import type { EpochWriter } from '../wire/epoch.js';
import type { Divergence } from '../wire/migration.js';
import { longestWaitMs } from '../wire/receiver.js';
import { mostPagesPerFrame, mostPartsPerEpoch } from '../wire/wire.js';
import type { Link } from './link.js';
import { Precopy } from './precopy.js';

/** How a guest's memory is brought to another process. */
export interface ResyncOptions {
  /** Longest that the guest should stand still at the end, in milliseconds. */
  readonly downtimeMs: number;
  readonly ifDiverging: Divergence;
  /** A round of pre-copy is over. */
  readonly round: (round: PrecopyRound) => void;
}

/** What is used of the link to the other side. */
type SyncLink = Pick<Link, 'lost' | 'listen' | 'sendBulk' | 'send' | 'receive' | 'caughtUp'>;

/** A guest that is to be brought there, which goes on serving meanwhile. */
export interface SyncSource {
  readonly guest: Pick<ReplicatedGuest, 'memoryBytes' | 'written' | 'collect'>;
  readonly link: SyncLink;
  readonly writer: Pick<EpochWriter, 'bulk' | 'epoch' | 'reuse'>;
  /** Resolves when the guest stands still with everything acknowledged; it goes on when what that resolves with is called. */
  atRest(): Promise<() => void>;
  /** The number of the epoch in which the other side gets the last pages and the vCPU state. */
  nextEpoch(): number;
}

/** The guest stands still, and the other side has all of it, acknowledged. */
export interface Synced {
  /** Lets the guest go on. */
  readonly goOn: () => void;
  /** The epoch at which that is. */
  readonly epoch: number;
  readonly converged: boolean;
  /** What was sent with the guest at rest. */
  readonly pages: number;
  readonly bytes: number;
  readonly detectionNs: number;
  /** Putting that into frames. */
  readonly copyNs: number;
  /** Sending it, until the other side has acknowledged it. */
  readonly transferNs: number;
}

/** Most pages that the epoch takes; what is more at the end goes ahead of it. */
const mostPagesInEpoch = mostPagesPerFrame * mostPartsPerEpoch;

/**
 * Brings the other side into step with a guest: its memory while it goes on serving, and then, with the guest at rest, what
 * is left and the vCPU state, as an epoch.
 * @throws LostError if the other side is lost; ReplicationError if the guest writes too fast and is not to be stopped for
 * that. The guest then goes on.
 */
export async function resync(joining: SyncSource, options: ResyncOptions): Promise<Synced> {
  const acknowledged = firstAcknowledgement(joining.link);
  const precopy = precopyOf(joining, options);
  const converged = await precopy.converge();
  if (!converged && options.ifDiverging === 'cancel') throw diverging(precopy.last, options.downtimeMs);
  const goOn = await joining.atRest();
  try {
    return { goOn, converged, ...(await sendRest(joining, precopy, acknowledged)) };
  } catch (error) {
    goOn();
    throw error;
  }
}

/** Rejects when the other side is lost. */
function firstAcknowledgement(link: SyncLink): Promise<void> {
  const acknowledged = new Promise<void>((resolve, reject) => {
    const refuse = (why: string) => reject(new LostError(why));
    link.listen({ acknowledged: () => resolve(), logged: () => {}, renewed: () => {}, lost: refuse });
  });
  acknowledged.catch(() => {});
  return acknowledged;
}

function precopyOf(joining: SyncSource, { downtimeMs, round }: ResyncOptions): Precopy {
  const { guest, link } = joining;
  const source = {
    memoryBytes: guest.memoryBytes,
    written: () => guest.written(),
    collect: (into: Uint32Array) => {
      insist(link);
      return guest.collect(into);
    },
  };
  return new Precopy(source, {
    send: async (pages) => (await sendBulk(joining, pages)).bytes,
    arrived: () => link.caughtUp(),
    downtimeNs: downtimeMs * 1e6,
    round,
  });
}

/** Pages sent ahead of the epoch. */
interface SentAhead {
  /** On the wire. */
  readonly bytes: number;
  /** From when they were in frames. */
  readonly transferNs: number;
}

async function sendBulk({ link, writer }: SyncSource, pages: Uint32Array): Promise<SentAhead> {
  insist(link);
  const frames = writer.bulk(pages, pages.length);
  const framedNs = now();
  await link.sendBulk(frames);
  const transferNs = now() - framedNs;
  writer.reuse(frames);
  return { bytes: frames.length, transferNs };
}

/** A link may have been closed because its guest was: the guest must not be touched then. @throws LostError if it is lost. */
function insist({ lost }: Pick<Link, 'lost'>): void {
  if (lost !== null) throw new LostError(lost);
}

/** Sends what is left of the guest, which is at rest, and waits until the other side has it. */
async function sendRest(
  joining: SyncSource,
  precopy: Precopy,
  acknowledged: Promise<void>,
): Promise<Omit<Synced, 'goOn' | 'converged'>> {
  const { link, writer } = joining;
  const restNs = now();
  const { pages, detectionNs } = precopy.finish();
  const ahead = Math.max(0, pages.length - mostPagesInEpoch);
  let bytes = 0;
  let aheadNs = 0;
  for (let at = 0; at < ahead; at += mostPagesPerFrame) {
    const sent = await sendBulk(joining, pages.subarray(at, Math.min(ahead, at + mostPagesPerFrame)));
    bytes += sent.bytes;
    aheadNs += sent.transferNs;
  }
  const epoch = joining.nextEpoch();
  const frames = writer.epoch(epoch, pages.subarray(ahead), pages.length - ahead);
  const framedNs = now();
  link.send(frames);
  // The guest stands still: nothing else is due before the other side has answered.
  link.receive(longestWaitMs);
  await acknowledged;
  writer.reuse(frames);
  bytes += frames.length;
  const copyNs = framedNs - restNs - detectionNs - aheadNs;
  return { epoch, pages: pages.length, bytes, detectionNs, copyNs, transferNs: aheadNs + now() - framedNs };
}

function diverging(last: PrecopyRound, downtimeMs: number): ReplicationError {
  const { pages, ns, found } = last;
  return new ReplicationError(
    `it does not converge: while the last ${pages} pages were sent in ${Math.round(ns / 1e6)} ms the guest wrote ${found}, ` +
      `which do not fit ${downtimeMs} ms of downtime; the guest goes on where it is: allow it to be stopped all the same ` +
      '(--if-diverging stop), or load it less',
  );
}
