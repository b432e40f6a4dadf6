import { formatTime } from '../units.js';
import { type ComparedCost, cheaperOf, comparedCosts, contenderOf } from './comparison.js';
import { isFinding } from './coverage.js';
import { groupBy } from './group.js';
import type { CostModel } from './model.js';
import type { AnalysedPoint } from './point.js';
import { isContender, roleOf } from './role.js';
import { isRecorded, type Setting, settingKey, settingOf } from './setting.js';

/** A tracker made of a library's set beside one of the schemes, over all cells of memory and pages per epoch. */
export interface LibraryContest extends Setting {
  readonly cost: ComparedCost;
  readonly scheme: string;
  readonly library: string;
  /** Cells in which both were measured, in rounds enough to tell. */
  readonly cells: number;
  /** Cells in which the scheme is cheaper, and how many times the library's cost is its own there, least and most. */
  readonly cheaper: number;
  readonly leastRatio: number | null;
  readonly mostRatio: number | null;
  /** Cells in which the two cannot be told apart. */
  readonly ties: number;
  /** Where the library is cheaper, and how many times the scheme's cost is the library's. */
  readonly dearer: readonly LostCell[];
}

/** A cell in which the library is cheaper than the scheme. */
export interface LostCell {
  readonly memoryBytes: number;
  readonly pagesPerEpoch: number;
  readonly ratio: number;
  /** What of its cost makes the scheme dearer there, with the figures. */
  readonly because: string;
}

interface Judging {
  readonly noiseShare: number;
  readonly models: readonly CostModel[];
}

/** Each library beside each scheme in each setting of a synthetic workload. */
export function libraryContestsOf(points: readonly AnalysedPoint[], judging: Judging): LibraryContest[] {
  const settings = groupBy(
    points.filter((point) => !isRecorded(point)),
    (point) => settingKey(point),
  );
  return [...settings.values()].flatMap((here) => {
    const libraries = byScheme(here.filter(({ tracker }) => roleOf(tracker) === 'library'));
    const schemes = byScheme(here.filter(isContender));
    return comparedCosts.flatMap((cost) =>
      schemes.flatMap((own) => libraries.flatMap((library) => contestOf(own, library, cost, judging))),
    );
  });
}

function byScheme(points: readonly AnalysedPoint[]): AnalysedPoint[][] {
  return [...groupBy(points, (point) => point.scheme).values()];
}

function contestOf(
  own: readonly AnalysedPoint[],
  library: readonly AnalysedPoint[],
  cost: ComparedCost,
  judging: Judging,
): LibraryContest[] {
  const cells = own.flatMap((point) => {
    const other = library.find(
      (each) => each.memoryBytes === point.memoryBytes && each.pagesPerEpoch === point.pagesPerEpoch,
    );
    const told = other !== undefined && isFinding(point[cost]) && isFinding(other[cost]);
    return told ? [cellOf(point, other, cost, judging)] : [];
  });
  const [one, other] = [own[0], library[0]];
  if (one === undefined || other === undefined || cells.length === 0) return [];
  const won = cells.filter(({ cheaper }) => cheaper === one.scheme).map(({ ratio }) => ratio);
  return [
    {
      ...settingOf(one),
      cost,
      scheme: one.scheme,
      library: other.scheme,
      cells: cells.length,
      cheaper: won.length,
      leastRatio: won.length === 0 ? null : Math.min(...won),
      mostRatio: won.length === 0 ? null : Math.max(...won),
      ties: cells.filter(({ cheaper }) => cheaper === null).length,
      dearer: cells
        .filter(({ cheaper }) => cheaper === other.scheme)
        .map(({ own: { memoryBytes, pagesPerEpoch }, ratio, because }) => {
          return { memoryBytes, pagesPerEpoch, ratio: 1 / ratio, because };
        }),
    },
  ];
}

/** `ratio`: how many times the scheme's cost the library's is. */
function cellOf(own: AnalysedPoint, library: AnalysedPoint, cost: ComparedCost, { noiseShare, models }: Judging) {
  const cheaper = cheaperOf(contenderOf(own, cost), contenderOf(library, cost), noiseShare);
  return {
    own,
    cheaper: cheaper === null ? null : cheaper.scheme,
    ratio: Math.max(1, library[cost].medianNs) / Math.max(1, own[cost].medianNs),
    because: excessOf(own, library, cost, models),
  };
}

/** A part of a cost, of the scheme and of the library. */
interface Part {
  readonly what: string;
  readonly ownNs: number;
  readonly libraryNs: number;
}

/** The part in which the scheme is dearest against the library: of detection a term, of the total marking or detection. */
function excessOf(
  own: AnalysedPoint,
  library: AnalysedPoint,
  cost: ComparedCost,
  models: readonly CostModel[],
): string {
  const part = (what: string, key: 'run' | 'collect'): Part => {
    return { what, ownNs: own[key].medianNs, libraryNs: library[key].medianNs };
  };
  const detection = part('detection', 'collect');
  const parts = cost === 'total' ? [part('writing and marking', 'run'), detection] : termsOf(own, library, models);
  const excess = ({ ownNs, libraryNs }: Part) => ownNs - libraryNs;
  const [worst = detection] = parts.sort((a, b) => excess(b) - excess(a));
  return `${worst.what}: ${formatTime(worst.ownNs)} against ${formatTime(worst.libraryNs)}`;
}

/** The terms of the two cost models at this cell, where both were fitted. */
function termsOf(own: AnalysedPoint, library: AnalysedPoint, models: readonly CostModel[]): Part[] {
  const modelOf = (point: AnalysedPoint) =>
    models.find((model) => model.scheme === point.scheme && settingKey(model) === settingKey(point));
  const [ownModel, libraryModel] = [modelOf(own), modelOf(library)];
  if (ownModel === undefined || libraryModel === undefined) return [];
  const terms = [
    { key: 'fixed', times: 1, what: 'what every collect costs' },
    { key: 'perPage', times: own.memoryPages, what: 'the memory of the guest' },
    { key: 'perDirty', times: own.dirtyPages, what: 'the pages that were written' },
  ] as const;
  return terms.flatMap(({ key, times, what }) => {
    const [a, b] = [ownModel[key], libraryModel[key]];
    return a.kind === 'absent' || b.kind === 'absent'
      ? []
      : { what, ownNs: a.value * times, libraryNs: b.value * times };
  });
}
