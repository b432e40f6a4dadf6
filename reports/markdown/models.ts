import { roundsForFinding } from '../analysis/coverage.js';
import type { Absent } from '../analysis/estimate.js';
import type { CostModel, FittedTerm } from '../analysis/model.js';
import { type Prediction, predictingBytes } from '../analysis/prediction.js';
import { isContender } from '../analysis/role.js';
import { settingKey } from '../analysis/setting.js';
import { inOrder } from '../order.js';
import { describeSetting, slices } from '../slice.js';
import { formatMemory, formatNumber, formatTime } from '../units.js';
import { brackets, code, intervalOf, nothing, withInterval } from './prose.js';
import { blocks, forEachGuest, type Section } from './section.js';
import { toMarkdown } from './table.js';

/** The formulas that were fitted to what a collect costs. */
export const modelsSection: Section = {
  heading: 'Cost models',
  needs: 'a tracker other than the null tracker',
  write({ analysis }) {
    return blocks(
      forEachGuest(analysis, (guest) => {
        const [slice] = slices(
          analysis.models.filter((model) => model.guest === guest && isContender(model)),
          {},
        );
        if (slice === undefined) return null;
        const models = inOrder(slice.map((model) => model.scheme)).flatMap((scheme) =>
          slice.filter((model) => model.scheme === scheme),
        );
        return [
          `\`collect = a + b*pages + c*dirty\`, fitted to the medians${brackets(models.flatMap(coveringsOf))}. A verdict ` +
            `rests on the interval of b in ${roundsForFinding} rounds or more, never on a tracker's name. Here: ${describeSetting(slice[0])}; the other settings are in \`analysis.json\`.`,
          toMarkdown({
            of: 'figures',
            header: ['tracker', 'a', 'b, ns per page of memory', 'c, ns per dirty page', 'R²', 'with memory it'],
            rows: models.map(modelRow),
          }),
          'Why:',
          models.map((model) => `- ${code(model.scheme)}: ${model.because}`).join('\n'),
          ...predicted(
            analysis.predictions.filter(
              (prediction) => settingKey(prediction) === settingKey(slice[0]) && isContender(prediction),
            ),
          ),
        ];
      }),
    );
  },
};

/** What a fit to smaller guests says of larger ones; nothing where none is larger. */
function predicted(predictions: readonly Prediction[]): string[] {
  if (predictions.length === 0) return [];
  const schemes = inOrder(predictions.map(({ scheme }) => scheme));
  const rows = schemes.flatMap((name) =>
    predictions
      .filter(({ scheme }) => scheme === name)
      .map(({ scheme, memoryBytes, dirtyPages, predictedNs, measuredNs }) => [
        code(scheme),
        formatMemory(memoryBytes),
        formatNumber(dirtyPages),
        formatTime(predictedNs),
        formatTime(measuredNs),
        `${formatNumber(measuredNs / Math.max(1, predictedNs))}x`,
      ]),
  );
  return [
    `Larger guests, **predicted** by a line through the same scheme's points up to ${formatMemory(predictingBytes)} and **measured**:`,
    toMarkdown({
      of: 'figures',
      header: ['tracker', 'memory', 'dirty pages', 'predicted', 'measured', 'measured / predicted'],
      rows,
    }),
  ];
}

/** A verdict in a table's cell. */
export const verdictWords: Record<CostModel['verdict'], string> = {
  'grows with memory': '**grows**',
  'does not': '**does not grow**',
  'cannot say': 'cannot be said',
};

function coveringsOf({ fixed, perPage, perDirty }: CostModel): FittedTerm[] {
  return [fixed, perPage, perDirty].filter((each) => each.kind === 'fitted');
}

function modelRow(model: CostModel): string[] {
  return [
    code(model.scheme),
    term(model.fixed, formatTime),
    term(model.perPage, formatNumber),
    term(model.perDirty, formatNumber),
    model.fit.kind === 'absent' || model.fit.r2 === null ? nothing : formatNumber(model.fit.r2),
    verdictWords[model.verdict],
  ];
}

/** A coefficient with its interval; one that cannot be told from nothing is given as its interval alone. */
export function term(value: FittedTerm | Absent, format: (value: number) => string): string {
  if (value.kind === 'absent') return nothing;
  const interval = intervalOf(value, format);
  const none = interval !== '' && value.low <= 0 && value.high >= 0;
  return none ? `about 0 (${interval})` : withInterval(value, format);
}
