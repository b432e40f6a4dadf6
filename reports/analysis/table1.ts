import { byMeaning } from '../../results/cache.js';
import type { Absent, Duration, Estimate } from './estimate.js';
import { groupBy } from './group.js';
import type { CostModel } from './model.js';
import { type DerivedTable1, deriveTable1, type PaperRow, paperRows, tpsWith } from './paper.js';
import type { AnalysedPoint } from './point.js';
import { isContender } from './role.js';
import { type Setting, settingKey, settingOf } from './setting.js';

/** The paper's Table 1, what follows from it, and what this machine's measurements would make of it. */
export interface Table1 {
  /** Printed in the paper. */
  readonly paper: readonly PaperRow[];
  /** Derived by arithmetic from the paper's table. */
  readonly derived: DerivedTable1;
  /** Measured here, and projected from it on to the paper's setup; a group for each guest. */
  readonly measured: readonly MeasuredTable1[];
  /** Why `measured` is empty, when it is. */
  readonly absent: string | null;
}

/** Uniform writes, 64 pages per epoch, on one kind of guest; L2-cold where the sweep has it. */
export interface MeasuredTable1 extends Setting {
  readonly pagesPerEpoch: number;
  /** The paper's nanoseconds a page, over those of this machine's `flag-scan`: how much slower the paper's machine is. */
  readonly scale: Scale | Absent;
  readonly rows: readonly MeasuredRow[];
}

/** How the paper's machine compares with this one. */
export interface Scale {
  readonly kind: 'fitted';
  readonly factor: number;
  /** This machine's `flag-scan` on the same guest, nanoseconds a page, and the cache it was fitted with. */
  readonly flagScanPerPageNs: number;
  readonly cache: Setting['cache'];
}

/** What a scheme measured here would make of a row of the paper's table. */
export interface MeasuredRow {
  readonly scheme: string;
  readonly memoryBytes: number;
  /** Measured. */
  readonly collect: Duration;
  readonly withinFloor: boolean;
  /** Projected: 1/(1/TPS_async + fixed + collect), with this machine's time as it is. */
  readonly tps: Estimate;
  /** Projected: with this machine's time scaled so that `flag-scan` costs what the paper's scan does; null without a scale. */
  readonly scaledTps: Estimate | null;
}

const comparedWorkload = 'uniform';
const comparedPages = 64;
/** The paper's conventional way. */
const conventional = 'flag-scan';

/** Table 1 with what was measured at its memory sizes. */
export function table1Of(points: readonly AnalysedPoint[], models: readonly CostModel[]): Table1 {
  const derived = deriveTable1(paperRows);
  const measured = [...groupBy(points, ({ guest }) => guest).values()].flatMap((guest) =>
    measuredOn(guest, models, derived),
  );
  const absent =
    measured.length > 0
      ? null
      : `no scheme was measured with ${comparedWorkload} writes of ${comparedPages} pages per epoch at 512M, 1G or 4G`;
  return { paper: paperRows, derived, measured, absent };
}

function measuredOn(
  points: readonly AnalysedPoint[],
  models: readonly CostModel[],
  derived: DerivedTable1,
): MeasuredTable1[] {
  const comparable = points.filter(
    (point) =>
      point.workload === comparedWorkload &&
      point.pagesPerEpoch === comparedPages &&
      isContender(point) &&
      paperRows.some((row) => row.memoryBytes === point.memoryBytes),
  );
  const [setting] = comparable
    .map(settingOf)
    .sort((a, b) => (a.guests ?? 1) - (b.guests ?? 1) || byMeaning(a.cache, b.cache) || a.vcpus - b.vcpus);
  if (setting === undefined) return [];
  const scale = scaleFor(setting, models, derived);
  const rows = comparable
    .filter((point) => settingKey(point) === settingKey(setting))
    .flatMap((point) => projected(point, derived, scale));
  return [{ ...setting, pagesPerEpoch: comparedPages, scale, rows }];
}

function projected(point: AnalysedPoint, derived: DerivedTable1, scale: Scale | Absent): MeasuredRow[] {
  const { scheme, memoryBytes, withinFloor } = point;
  const { medianNs, lowNs, highNs, coverage } = point.collect;
  const row = paperRows.find((candidate) => candidate.memoryBytes === memoryBytes);
  if (row === undefined) return [];
  const tps = (collectNs: number) => tpsWith(1e9 / row.asyncTps + derived.fixedNs + collectNs);
  const project = (factor: number): Estimate => ({
    value: tps(medianNs * factor),
    low: tps(highNs * factor),
    high: tps(lowNs * factor),
    coverage,
  });
  return [
    {
      scheme,
      memoryBytes,
      collect: { medianNs, lowNs, highNs, coverage },
      withinFloor,
      tps: project(1),
      scaledTps: scale.kind === 'fitted' ? project(scale.factor) : null,
    },
  ];
}

/**
 * From the conventional scan in the same setting, or in the most like it on the same guest. Another guest's factor is not
 * taken: how much slower the paper's machine scans flags says nothing of kernel calls.
 */
function scaleFor(setting: Setting, models: readonly CostModel[], derived: DerivedTable1): Scale | Absent {
  const likeness = (model: CostModel) =>
    Number(settingKey(model) === settingKey(setting)) * 4 +
    Number(model.cache === setting.cache) * 2 +
    Number(model.vcpus === setting.vcpus);
  const [model] = models
    .filter(
      ({ scheme, workload, guest }) =>
        scheme === conventional && workload === comparedWorkload && guest === setting.guest,
    )
    .sort((a, b) => likeness(b) - likeness(a));
  if (model === undefined)
    return {
      kind: 'absent',
      why: `${conventional} was not measured with ${comparedWorkload} writes on the ${setting.guest} guest`,
    };
  if (model.perPage.kind === 'absent') return { kind: 'absent', why: `${conventional}: ${model.perPage.why}` };
  if (model.perPage.low <= 0)
    return { kind: 'absent', why: `${conventional}: its cost a page cannot be told from nothing` };
  const flagScanPerPageNs = model.perPage.value;
  return { kind: 'fitted', factor: derived.perPageNs / flagScanPerPageNs, flagScanPerPageNs, cache: model.cache };
}
