import { availability } from '../../guests/availability.js';
import { UsageError } from '../../measure/problem.js';
import { type GuestChoice, type ModeName, modes } from '../../replication/guest/modes.js';
import { trackers } from '../../trackers/registry.js';

/** Which guest runs here, and which modes do on it. */
interface ModesHere {
  readonly guest: 'kvm' | 'simulated';
  readonly guestNote: string;
  readonly usable: readonly ModeName[];
  /** Modes that cannot be had, why, and what would help. */
  readonly unavailable: { mode: string; why: string; remedy: string }[];
}

/** Tries the modes that are asked for on this machine. @throws UsageError if none can run. */
export function modesHere(asked: readonly ModeName[], choice: GuestChoice): ModesHere {
  const chosen = chooseGuest(choice);
  const tried = asked.map((mode) => {
    const here = chosen.guest === 'kvm' ? availability(trackers[modes[mode].kvm]) : ({ works: true } as const);
    return { mode, here };
  });
  const usable = tried.filter(({ here }) => here.works).map(({ mode }) => mode);
  const unavailable = tried.flatMap(({ mode, here }) =>
    here.works ? [] : [{ mode, why: here.why, remedy: here.remedy }],
  );
  if (usable.length === 0) {
    const [first] = unavailable;
    const why = first === undefined ? '' : ` (${first.why}; what helps: ${first.remedy})`;
    throw new UsageError(`no mode of ${asked.join(', ')} runs here${why}: try --guest simulated`);
  }
  return { ...chosen, usable, unavailable };
}

function chooseGuest(choice: GuestChoice): Pick<ModesHere, 'guest' | 'guestNote'> {
  if (choice === 'simulated') return { guest: 'simulated', guestNote: 'simulated, as asked' };
  const here = availability(trackers[modes.none.kvm]);
  if (here.works || choice === 'kvm') return { guest: 'kvm', guestNote: 'KVM' };
  return { guest: 'simulated', guestNote: `SIMULATED, no KVM: ${here.why}; what helps: ${here.remedy}` };
}
