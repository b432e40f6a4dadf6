import { useMemo } from 'preact/hooks';
import { isReal } from '../reports/analysis/setting.js';
import { charts } from '../reports/charts/registry.js';
import { chartWidth } from '../reports/charts/theme.js';
import { answer } from '../reports/markdown/answer.js';
import { guestsOf } from '../reports/slice.js';
import { addressOf } from './address.js';
import { Chart } from './chart.js';
import { analysis } from './data.js';
import { Swatch } from './swatch.js';
import { chartOf, pointsIn, viewIn } from './view.js';
import { useChartWidth } from './width.js';
import { Words } from './words.js';

const guest =
  analysis === null ? null : (guestsOf(analysis.points).find((name) => isReal({ guest: name })) ?? 'simulated');
/** What the explorer shows of that guest at first. */
const seen = analysis === null || guest === null ? null : viewIn({ guest }, analysis);
const points = analysis === null || seen === null ? [] : pointsIn(analysis, seen.view);

/** What a reader sees first: the answer, and the way to one of their own. */
export function Overview() {
  const width = useChartWidth();
  const spec = useMemo(() => (seen === null ? null : chartOf(seen.view, points, width)), [width]);
  return (
    <>
      <p class="lead">What does it cost to find the pages that a virtual machine has written?</p>
      {analysis !== null && (
        <p>
          <Words text={answer(analysis)} />
        </p>
      )}
      <p>
        <a class="button" href={addressOf('my-guest')}>
          Ask about a guest of yours
        </a>
      </p>
      {spec !== null && (
        <>
          <Chart spec={spec} name="detection-by-memory" alt={charts['detection-by-memory'].alt} />
          {width < chartWidth && (
            <p class="legend">
              {seen?.options.schemes.map((scheme) => (
                <span key={scheme}>
                  <Swatch scheme={scheme} /> {scheme}
                </span>
              ))}
            </p>
          )}
        </>
      )}
      <p>
        The <a href={addressOf('explorer')}>explorer</a> shows every tracker by memory and by pages;{' '}
        <a href={addressOf('end-to-end')}>end to end</a> what is left of it in a whole system;{' '}
        <a href={addressOf('history')}>history</a> the runs before this one; <a href={addressOf('compare')}>compare</a>{' '}
        takes two results files of your own; and the <a href="report.md">report</a> has all of it in words.
      </p>
    </>
  );
}
