import { isReal } from '../reports/analysis/setting.js';
import { charts } from '../reports/charts/registry.js';
import { guestsOf } from '../reports/charts/slice.js';
import { answer } from '../reports/markdown/answer.js';
import { addressOf } from './address.js';
import { Chart } from './chart.js';
import { analysis } from './data.js';
import { Words } from './words.js';

const chart = charts['detection-by-memory'];
const guest =
  analysis === null ? null : (guestsOf(analysis.points).find((name) => isReal({ guest: name })) ?? 'simulated');
const spec = analysis === null || guest === null || chart.of === 'the run' ? null : chart.draw(analysis, guest);

/** What a reader sees first: the answer, and the way to one of their own. */
export function Overview() {
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
      {spec !== null && <Chart spec={spec} name="detection-by-memory" alt={chart.alt} />}
      <p>
        The <a href={addressOf('explorer')}>explorer</a> shows every tracker by memory and by pages;{' '}
        <a href={addressOf('end-to-end')}>end to end</a> what is left of it in a whole system;{' '}
        <a href={addressOf('compare')}>compare</a> takes two results files of your own; and the{' '}
        <a href="report.md">report</a> has all of it in words.
      </p>
    </>
  );
}
