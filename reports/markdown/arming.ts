import type { Analysis } from '../analysis/analysis.js';
import type { ArmingCost, ArmingPart } from '../analysis/arming.js';
import type { ArmingModel } from '../analysis/arming-model.js';
import { isFinding } from '../analysis/coverage.js';
import type { Duration } from '../analysis/estimate.js';
import type { AnalysedPoint } from '../analysis/point.js';
import { inOrder } from '../order.js';
import { formatMemory, formatTime } from '../units.js';
import { brackets, code, figureWithInterval, listed, nothing, withInterval } from './prose.js';
import { blocks, type Section, showChart } from './section.js';
import { toMarkdown } from './table.js';

/** What it costs to turn tracking on and off for a guest that is there already. */
export const armingSection: Section = {
  heading: 'Turning tracking on and off',
  needs: null,
  write(context) {
    const { analysis } = context;
    const largest = largestArmed(analysis);
    if (largest.length === 0) return null;
    return blocks([
      'A checkpoint, snapshot or migration begins by turning tracking on for a guest that has written its memory long before, and ends ' +
        `by turning it off, both while the guest stands still. Medians over rounds${brackets(largest.map(({ arming }) => arming.on))}. ` +
        '*The first collect* shows what a scheme leaves to it.',
      ...showChart('arming-by-memory', context),
      toMarkdown({
        of: 'figures',
        header: ['tracker', 'guest', 'memory', 'turning on', 'turning off', 'the first collect'],
        rows: largest.map(({ scheme, guest, memoryBytes, arming: { on, off, firstCollect } }) => [
          code(scheme),
          guest,
          formatMemory(memoryBytes),
          figure(on),
          off === null ? 'nothing to do' : figure(off),
          figure(firstCollect),
        ]),
      }),
      ...perGiB(analysis),
      'Published by others, not measured here: turning KVM’s log on costs cloud-hypervisor 4 to 5 ms a GiB, about 0.1 ms in all where the ' +
        'log is set at first (#8899), and turning it off 36 ms at 64 GB (#6987).',
    ]);
  },
};

/** Each scheme at the largest memory that it was armed at. */
function largestArmed({ points }: Analysis): (AnalysedPoint & { readonly arming: ArmingCost })[] {
  const armed = points.flatMap((point) => (point.arming === null ? [] : [{ ...point, arming: point.arming }]));
  return inOrder(armed.map(({ scheme }) => scheme)).flatMap((scheme) =>
    armed
      .filter((point) => point.scheme === scheme)
      .toSorted((a, b) => b.memoryBytes - a.memoryBytes)
      .slice(0, 1),
  );
}

function figure(duration: Duration): string {
  return figureWithInterval({ ...duration, withinFloor: false });
}

function perGiB({ arming }: Analysis): string[] {
  const fitted = arming.filter(({ on }) => !('kind' in on));
  if (fitted.length === 0) return [];
  const parts: readonly ArmingPart[] = ['on', 'off', 'firstCollect'];
  const rows = inOrder(fitted.map(({ scheme }) => scheme)).flatMap((scheme) =>
    fitted
      .filter((model) => model.scheme === scheme)
      .map((model) => [code(scheme), model.guest, ...parts.map((part) => slopeText(model, part))]),
  );
  return [
    'What a GiB of guest memory adds, fitted:',
    toMarkdown({
      of: 'figures',
      header: ['tracker', 'guest', 'turning on, a GiB', 'turning off, a GiB', 'the first collect, a GiB'],
      rows,
    }),
  ];
}

function slopeText(model: ArmingModel, part: ArmingPart): string {
  const slope = model[part];
  return slope === null || 'kind' in slope ? nothing : withInterval(slope.perGiB, formatTime);
}

const told = 64 * 2 ** 30;

/** In a sentence, what arming and a first write cost at 64 GiB, measured or as the fits say it; null where nothing was armed. */
export function armingSentence(analysis: Analysis): string | null {
  const parts = inOrder(analysis.arming.map(({ scheme }) => scheme)).flatMap((scheme) => {
    const model = analysis.arming.find((one) => one.scheme === scheme);
    const on = model === undefined ? null : onAt64(analysis, model);
    return on === null ? [] : [{ scheme, ...on }];
  });
  const [dearest] = parts.toSorted((a, b) => b.ns - a.ns);
  if (dearest === undefined) return null;
  const cheapest = parts.toSorted((a, b) => a.ns - b.ns).find(({ scheme }) => scheme !== dearest.scheme);
  const shown = [dearest, ...(cheapest === undefined ? [] : [cheapest])];
  const charged = shown.flatMap(({ scheme }) => chargeOf(analysis, scheme));
  const on = shown.map(
    ({ scheme, ns, measured }) => `${formatTime(ns)} with ${code(scheme)}${measured ? '' : ' (by its fit)'}`,
  );
  const first = charged.length === 0 ? '' : `, and then charges ${listed(charged)} for each page written again`;
  return `To turn tracking on for a guest of ${formatMemory(told)} takes ${listed(on)}${first}.`;
}

/** What a first write costs with a scheme, at 64 GiB or else in the largest guest; nothing where that was not measured. */
function chargeOf({ points }: Analysis, scheme: string): string[] {
  const charges = points.flatMap((point) =>
    point.scheme === scheme && point.firstWrite !== null ? [{ ...point, again: point.firstWrite.again }] : [],
  );
  const [largest] = charges.toSorted((a, b) => b.memoryBytes - a.memoryBytes);
  const charge = charges.find(({ memoryBytes }) => memoryBytes === told) ?? largest;
  if (charge === undefined) return [];
  const where = charge.memoryBytes === told ? '' : ` (in ${formatMemory(charge.memoryBytes)})`;
  return [`${formatTime(charge.again.medianNs)} with ${code(scheme)}${where}`];
}

function onAt64({ points }: Analysis, { scheme, on }: ArmingModel): { ns: number; measured: boolean } | null {
  const point = points.find((one) => one.scheme === scheme && one.memoryBytes === told && one.arming !== null);
  if (point?.arming) return { ns: point.arming.on.medianNs, measured: true };
  // From few rounds, a small error in the slope is a large one far away.
  if ('kind' in on || !isFinding(on.perGiB)) return null;
  return { ns: Math.max(0, on.fixed.value + on.perGiB.value * (told / 2 ** 30)), measured: false };
}
