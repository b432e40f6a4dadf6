import type { Random } from '../workloads/random.js';
import type { FaultyWay } from './faults.js';
import type { ServerProcess } from './process.js';

/** Where a fault strikes. */
export interface Scene {
  readonly primary: Pick<ServerProcess, 'signal'>;
  /** The primary's way to its standby. */
  readonly way: Pick<FaultyWay, 'hold' | 'release' | 'delay' | 'cut' | 'cutAfter' | 'damage'>;
  /** Longer than the lease and the standby's wait after it, in milliseconds. */
  readonly longMs: number;
  readonly random: Random;
}

export interface Fault {
  /** What it is, in a line. */
  readonly summary: string;
  /** The standby must serve afterwards; otherwise the primary must go on. */
  readonly takesOver: boolean;
  strike(scene: Scene): void;
  /** Ends it, `longMs` later; null: there is nothing to end. */
  readonly mend: ((scene: Scene) => void) | null;
}

/** A little more than an epoch of 16 pages, so that a cut falls anywhere in it. */
const epochBytes = 70_000;

export const faultNames = ['kill', 'cut', 'tear', 'damage', 'delay', 'late-acks', 'freeze'] as const;

/** What goes wrong in a trial. */
export type FaultName = (typeof faultNames)[number];

/** Every fault there is. */
export const faults: Record<FaultName, Fault> = {
  kill: {
    summary: 'the primary is killed',
    takesOver: true,
    strike: ({ primary }) => primary.signal('SIGKILL'),
    mend: null,
  },
  cut: {
    summary: 'the connection to the standby is cut; the primary lives on',
    takesOver: true,
    strike: ({ way }) => way.cut(),
    mend: null,
  },
  tear: {
    summary: 'the connection to the standby is cut in the middle of an epoch',
    takesOver: true,
    strike: ({ way, random }) => way.cutAfter('there', 1 + random.below(epochBytes)),
    mend: null,
  },
  damage: {
    summary: 'a bit is flipped on the way, of an epoch or an acknowledgement',
    takesOver: true,
    strike: ({ way, random }) => way.damage(random.below(2) === 0 ? 'there' : 'back'),
    mend: null,
  },
  delay: {
    summary: 'everything between the two comes later than the lease allows, and whole',
    takesOver: true,
    strike: ({ way, longMs }) => {
      way.delay('there', longMs);
      way.delay('back', longMs);
    },
    mend: ({ way }) => {
      way.delay('there', 0);
      way.delay('back', 0);
    },
  },
  'late-acks': {
    summary: 'acknowledgements come later than the lease allows, while the standby hears all: nobody takes over',
    takesOver: false,
    strike: ({ way }) => way.hold('back'),
    mend: ({ way }) => way.release('back'),
  },
  freeze: {
    summary: 'the primary stands still for longer than the lease, and then goes on as if nothing had been',
    takesOver: true,
    strike: ({ primary }) => primary.signal('SIGSTOP'),
    mend: ({ primary }) => primary.signal('SIGCONT'),
  },
};
