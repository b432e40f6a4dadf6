import type { Random } from '../base/random.js';
import type { ServerProcess } from '../replication/server-process.js';
import type { FaultProxy } from './fault-proxy.js';

/** Where a fault strikes. */
export interface Scene {
  readonly primary: Pick<ServerProcess, 'signal'>;
  /** What the primary reaches its standby through. */
  readonly proxy: Pick<FaultProxy, 'hold' | 'release' | 'delay' | 'cut' | 'cutAfter' | 'damage'>;
  /** Longer than the lease and the standby's wait after it, in milliseconds. */
  readonly longMs: number;
  readonly random: Random;
}

/** A fault that a trial injects, and what must hold after it. */
export interface Fault {
  /** What it is, in a line. */
  readonly summary: string;
  /** The standby must serve afterwards; otherwise the primary must go on. */
  readonly takesOver: boolean;
  /**
   * Answers that the primary may still give when the standby serves. One that is stopped after it has looked at its lease,
   * and before it has written the answer, writes that one when it goes on; what it says is true, and in the standby.
   */
  readonly lateAnswers: 0 | 1;
  strike(scene: Scene): void;
  /** Ends it, `longMs` later; null: there is nothing to end. */
  readonly mend: ((scene: Scene) => void) | null;
}

/** A little more than an epoch of 16 pages, so that a cut falls anywhere in it. */
const epochBytes = 70_000;

/** How long what was on its way when a fault strikes takes to arrive, in milliseconds. */
const underWayMs = 10;

/** The names of all faults. */
export const faultNames = ['kill', 'cut', 'tear', 'damage', 'delay', 'late-acks', 'slow-acks', 'freeze'] as const;

/** What goes wrong in a trial. */
export type FaultName = (typeof faultNames)[number];

/** Every fault there is. */
export const faults: Record<FaultName, Fault> = {
  kill: {
    summary: 'the primary is killed; half of the time, as when its machine fails, what it sent last does not arrive',
    takesOver: true,
    lateAnswers: 0,
    strike: ({ primary, proxy, random }) => {
      if (random.below(2) === 0) proxy.hold('there');
      setTimeout(() => primary.signal('SIGKILL'), random.below(underWayMs));
    },
    mend: null,
  },
  cut: {
    summary: 'the connection to the standby is cut; the primary lives on',
    takesOver: true,
    lateAnswers: 0,
    strike: ({ proxy }) => proxy.cut(),
    mend: null,
  },
  tear: {
    summary: 'the connection to the standby is cut in the middle of an epoch',
    takesOver: true,
    lateAnswers: 0,
    strike: ({ proxy, random }) => proxy.cutAfter('there', 1 + random.below(epochBytes)),
    mend: null,
  },
  damage: {
    summary: 'a bit is flipped on the way, of an epoch or an acknowledgement',
    takesOver: true,
    lateAnswers: 0,
    strike: ({ proxy, random }) => proxy.damage(random.below(2) === 0 ? 'there' : 'back'),
    mend: null,
  },
  delay: {
    summary: 'the last acknowledgements arrive when the lease has ended and the standby serves',
    takesOver: true,
    lateAnswers: 0,
    strike: ({ proxy, longMs }) => delayLast(proxy, longMs),
    mend: ({ proxy }) => proxy.release('there'),
  },
  'slow-acks': {
    summary: 'the last acknowledgements arrive some time before the lease ends, or just after; then the standby serves',
    takesOver: true,
    lateAnswers: 0,
    strike: ({ proxy, longMs, random }) => delayLast(proxy, random.below(longMs)),
    mend: ({ proxy }) => proxy.release('there'),
  },
  'late-acks': {
    summary: 'acknowledgements come later than the lease allows, while the standby hears all: nobody takes over',
    takesOver: false,
    lateAnswers: 0,
    strike: ({ proxy }) => proxy.hold('back'),
    mend: ({ proxy }) => proxy.release('back'),
  },
  freeze: {
    summary: 'the primary stands still for longer than the lease, and then goes on as if nothing had been',
    takesOver: true,
    lateAnswers: 1,
    strike: ({ primary }) => primary.signal('SIGSTOP'),
    mend: ({ primary }) => primary.signal('SIGCONT'),
  },
};

/** What is under way still reaches the standby; nothing after it does, and what the standby says takes so long. */
function delayLast(proxy: Scene['proxy'], ms: number): void {
  proxy.delay('back', ms);
  setTimeout(() => proxy.hold('there'), underWayMs);
}
