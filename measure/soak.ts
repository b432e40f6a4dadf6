import { Random } from '../base/random.js';
import { availability } from '../guests/availability.js';
import { openGuest } from '../guests/registry.js';
import { exactnessOf } from '../trackers/catalogue.js';
import { type TrackerName, trackerNames, trackers } from '../trackers/registry.js';
import { isFloor } from './floor.js';
import { RunningCollects } from './running.js';
import { Verification } from './verification.js';
import { WrongSetError } from './wrong-set.js';

/** A real guest and how it is watched. */
export interface SoakSetup {
  readonly tracker: TrackerName;
  readonly vcpus: number;
  readonly ringEntries: number | null;
  /** The guest goes on writing while it is collected; absent: it stands still. */
  readonly goesOn?: true;
}

/** A stretch of epochs that went well. */
export interface SoakProgress {
  readonly setup: SoakSetup;
  /** Epochs checked so far, over all setups. */
  readonly epochs: number;
  /** Distinct pages written and found so far. */
  readonly dirtyPages: number;
  /** Early stops so far, for want of room in a ring. */
  readonly forcedExits: number;
}

/** 64 MiB: small, so that pages are written again and again. */
const pages = 16384;
/** The largest epochs overflow the small rings; they come as one in so many, where there are such rings and elsewhere. */
const largestEpoch = 3000;
const largeOneIn = { smallRings: 50, elsewhere: 1000 } as const;
const smallEpoch = 24;
/** Pages that a guest which goes on writes over and over, some of them drawn twice. */
const runningWrites = 64;
/** Where half of all epochs write, so that pages come twice in one epoch and on several vCPUs. */
const hotPages = 64;

/** What a soak runs through: every real tracker that works here, on several vCPUs, rings also so small that they fill. */
export function soakSetups(): SoakSetup[] {
  return trackerNames
    .filter((tracker) => trackers[tracker].guest !== 'simulated' && !isFloor(tracker))
    .filter((tracker) => availability(trackers[tracker]).works)
    .flatMap((tracker) => {
      const { guest, takesRing } = trackers[tracker];
      const vcpuCounts = guest === 'kvm' ? [1, 2, 4] : [1];
      const rings = takesRing ? [1024, null] : [null];
      const still = vcpuCounts.flatMap((vcpus) => rings.map((ringEntries) => ({ tracker, vcpus, ringEntries })));
      const { onlyStopped } = trackers[tracker];
      if (onlyStopped) return still;
      return [...still, { tracker, vcpus: 1, ringEntries: null, goesOn: true as const }];
    });
}

/** `kvm-ring, 4 vCPUs, rings of 1024`. */
export function nameOf({ tracker, vcpus, ringEntries, goesOn }: SoakSetup): string {
  const parts = [tracker, `${vcpus} vCPU${vcpus === 1 ? '' : 's'}`];
  if (ringEntries !== null) parts.push(`rings of ${ringEntries}`);
  if (goesOn) parts.push('running on');
  return parts.join(', ');
}

/**
 * Runs `epochs` epochs in all over the setups, in turn, each collect held against what was written. A guest is closed and
 * another one opened after `epochsPerGuest`; each time whoever asks can stop.
 * @throws WrongSetError if a collect is not what was written; the message names the setup, the seed and the epoch.
 */
export function* soak(
  setups: readonly SoakSetup[],
  epochs: number,
  seed: number,
  epochsPerGuest = 2000,
): Generator<SoakProgress> {
  const totals = { epochs: 0, dirtyPages: 0, forcedExits: 0 };
  for (let turn = 0; totals.epochs < epochs; turn++) {
    const setup = setups[turn % setups.length] as SoakSetup;
    const count = Math.min(epochsPerGuest, epochs - totals.epochs);
    const soaked = setup.goesOn ? soakRunning : soakGuest;
    const { dirtyPages, forcedExits } = soaked(setup, count, seed + turn);
    totals.epochs += count;
    totals.dirtyPages += dirtyPages;
    totals.forcedExits += forcedExits;
    yield { setup, ...totals };
  }
}

function soakGuest(setup: SoakSetup, epochs: number, seed: number): Pick<SoakProgress, 'dirtyPages' | 'forcedExits'> {
  const random = new Random(seed);
  const largeEvery = setup.ringEntries === null ? largeOneIn.elsewhere : largeOneIn.smallRings;
  const written = new Uint32Array(largestEpoch);
  const exactness = exactnessOf(setup.tracker);
  const collected = new Uint32Array(exactness === 'exact' ? largestEpoch : pages);
  const approximatePages = exactness === 'exact' ? null : pages;
  const verification = new Verification(largestEpoch, false, undefined, 1, approximatePages);
  const guest = openGuest(trackers[setup.tracker], { pages, ...setup });
  try {
    for (let epoch = 0; epoch < epochs; epoch++) {
      const writes = draw(random, written, largeEvery);
      guest.run(written, writes);
      verification.check(written, writes, collected, guest.collect(collected));
    }
    return { dirtyPages: verification.dirtyPages, forcedExits: guest.forcedExits };
  } catch (error) {
    if (!(error instanceof WrongSetError)) throw error;
    throw new WrongSetError(`${nameOf(setup)}, seed ${seed}: ${error.message}`);
  } finally {
    guest.close();
  }
}

/** A guest that goes on writing a list of pages, and so many collects beside it. */
function soakRunning(
  setup: SoakSetup,
  collects: number,
  seed: number,
): Pick<SoakProgress, 'dirtyPages' | 'forcedExits'> {
  const random = new Random(seed);
  const written = new Uint32Array(runningWrites);
  for (let i = 0; i < written.length; i++) written[i] = random.below(pages);
  const list = new Uint32Array(new Set(written));
  const findsMore = exactnessOf(setup.tracker) !== 'exact';
  const guest = openGuest(trackers[setup.tracker], { pages, ...setup });
  try {
    new RunningCollects({ guest, pages, findsMore, list }).measure({ collects, fewest: collects, ms: 0 });
    return { dirtyPages: collects * list.length, forcedExits: guest.forcedExits };
  } catch (error) {
    if (!(error instanceof WrongSetError)) throw error;
    throw new WrongSetError(`${nameOf(setup)}, seed ${seed}: ${error.message}`);
  } finally {
    guest.close();
  }
}

/** The pages of an epoch: few or none as a rule, now and then very many. */
function draw(random: Random, into: Uint32Array, largeEvery: number): number {
  const count = random.below(random.below(largeEvery) === 0 ? largestEpoch : smallEpoch);
  const among = random.below(2) === 0 ? hotPages : pages;
  for (let i = 0; i < count; i++) into[i] = random.below(among);
  return count;
}
