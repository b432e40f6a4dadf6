import { randomUUID } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { availability } from '../guests/availability.js';
import { defaultFootprint } from '../measure/footprint.js';
import { isCode } from '../results/errno.js';
import type { Host } from '../results/schema.js';
import { trackers } from '../trackers/registry.js';
import type { Offer } from './message.js';
import type { Member } from './roster.js';

/** What a host says of the moment it began. */
export type Beginning = Pick<Host, 'version' | 'startedAt' | 'commit' | 'environment' | 'load'> & {
  readonly host: string | null;
};

/** What its user says of a host. */
export interface Offering {
  readonly name: string;
  readonly labels: Host['labels'];
  readonly shared: boolean;
  /** SHA-256 of each module that it has. */
  readonly modules: readonly string[];
  /** SHA-256 of each recording that it has. */
  readonly recordings: readonly string[];
  readonly beginning: Beginning;
}

/** This machine as a host: every tracker is tried, so that it is known which do not work here. */
export function offerOf({ name, labels, shared, modules, recordings, beginning }: Offering): Offer {
  return {
    host: {
      kind: 'host',
      name,
      labels,
      ...beginning,
      footprintBytes: defaultFootprint(beginning.environment),
      unavailable: unavailableHere(),
    },
    worker: randomUUID(),
    boot: readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim(),
    pid: process.pid,
    namespace: namespaceHere(),
    shared,
    modules: [...modules],
    recordings: [...recordings],
  };
}

function unavailableHere(): Host['unavailable'] {
  return Object.entries(trackers).flatMap(([tracker, kind]) => {
    const here = availability(kind);
    return here.works ? [] : [{ tracker, why: here.why, remedy: here.remedy }];
  });
}

/** Why this host cannot be in the fleet beside another one now; null if it can. */
export function objection(mine: Offer, { offer, alive }: Member): string | null {
  if (offer.worker === mine.worker || isSurelyGone(mine, offer)) return null;
  if (offer.host.name === mine.host.name && alive) {
    return `a worker named '${mine.host.name}' is in the fleet already: give this one another name with --name`;
  }
  if (offer.boot === mine.boot && alive && !(offer.shared && mine.shared)) {
    return (
      `'${offer.host.name}' measures on this machine already, and both would disturb each other: end it, or give both ` +
      '--shared-host, and their rounds are marked as measured beside others'
    );
  }
  return null;
}

/** Whether another worker was on this machine and has ended: then its place need not be waited for. */
function isSurelyGone(mine: Offer, other: Offer): boolean {
  if (other.boot !== mine.boot || other.namespace !== mine.namespace) return false;
  try {
    process.kill(other.pid, 0);
    return false;
  } catch (error) {
    // One that may not be signalled is there: it is another user's.
    return isCode(error, 'ESRCH');
  }
}

function namespaceHere(): string {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return 'unknown';
  }
}
