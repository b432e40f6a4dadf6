import { estimate, type Medians } from './bootstrap.js';
import type { Absent, Estimate } from './estimate.js';
import { groupBy } from './group.js';
import type { MeasuredPoint } from './measured.js';
import { dot, fitRelative } from './regression.js';
import { type Setting, settingKey, settingOf } from './setting.js';

const gib = 2 ** 30;

/** What one part of it grows by, over the sizes of one scheme's guests. */
export interface ArmingSlope {
  /** Nanoseconds for each GiB of guest memory, and those that it costs at any size. */
  readonly perGiB: Estimate;
  readonly fixed: Estimate;
}

/** `on = a + b*GiB`, and the same of turning off and of the first collect, fitted as collects are. */
export interface ArmingModel extends Setting {
  readonly scheme: string;
  readonly tracker: string;
  /** Sizes that were measured. */
  readonly points: number;
  readonly mostMemoryBytes: number;
  readonly on: ArmingSlope | Absent;
  /** Null: nothing is to be done for it. */
  readonly off: ArmingSlope | Absent | null;
  readonly firstCollect: ArmingSlope | Absent;
}

/** A model for each scheme in each setting in which it was armed; how many pages an epoch writes makes no difference to it. */
export function armingModelsOf(points: readonly MeasuredPoint[]): ArmingModel[] {
  const armed = points.flatMap(({ facts, arming }) => (arming === null ? [] : [{ facts, arming }]));
  const groups = groupBy(armed, ({ facts }) => settingKey(facts, facts.scheme));
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const sizes = group.map(({ facts }) => facts.memoryBytes);
    const offs = group.flatMap(({ arming }) => arming.off ?? []);
    return [
      {
        ...settingOf(first.facts),
        scheme: first.facts.scheme,
        tracker: first.facts.tracker,
        points: new Set(sizes).size,
        mostMemoryBytes: Math.max(...sizes),
        on: slopeOf(
          sizes,
          group.map(({ arming }) => arming.on),
        ),
        off: offs.length < group.length ? null : slopeOf(sizes, offs),
        firstCollect: slopeOf(
          sizes,
          group.map(({ arming }) => arming.firstCollect),
        ),
      },
    ];
  });
}

function slopeOf(sizes: readonly number[], samples: readonly Medians[]): ArmingSlope | Absent {
  const fit = fitRelative(
    sizes.map((bytes) => [1, bytes / gib]),
    samples.map(({ median }) => median),
    2,
  );
  if (fit === null) return { kind: 'absent', why: 'it takes two sizes of memory' };
  const [fixed, perGiB] = fit.solver.map((row) => estimate((medians) => dot(row, medians), samples));
  if (fixed === undefined || perGiB === undefined) throw new Error('a term is missing');
  return { fixed, perGiB };
}
