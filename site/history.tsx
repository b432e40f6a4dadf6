import { useMemo } from 'preact/hooks';
import type { Course, History } from '../reports/analysis/compare/course.js';
import { courseChart } from '../reports/charts/courses.js';
import {
  changesTable,
  coursesTable,
  historyRule,
  historySentence,
  hostName,
  runsTable,
} from '../reports/markdown/history.js';
import { type Address, settle } from './address.js';
import { Chart } from './chart.js';
import { Choice } from './control.js';
import { histories } from './data.js';
import { Figures } from './figures.js';
import { Words } from './words.js';

/** What stands for every tracker in the address: of some hundred points, one tracker's are enough to begin with. */
const every = 'all';
/** What stands in the address for the host of runs that do not name theirs. */
const unnamed = '';

/** The runs of a report's history by host and date, and what changed from one to the next. */
export function Runs({ address }: { readonly address: Address }) {
  const { settings } = address;
  const history = histories.find(({ host }) => (host ?? unnamed) === settings.host) ?? histories[0];
  const metrics = distinct(history?.courses.map(({ metric }) => metric) ?? []);
  const metric = metrics.find((name) => name === settings.metric) ?? metrics[0] ?? '';
  const trackers = distinct(history?.courses.map(({ subject }) => subject) ?? []);
  const tracker = [every, ...trackers].find((name) => name === settings.tracker) ?? trackers[0] ?? every;
  const courses = useMemo(() => coursesIn(history, metric, tracker), [history, metric, tracker]);
  const spec = useMemo(() => (history === undefined ? null : courseChart({ ...history, courses })), [history, courses]);
  if (history === undefined) return <NoHistory />;
  const { steps, threshold } = history;
  const changes = changesTable(steps);
  const set = (name: string) => (value: string) => settle(address, { [name]: value });
  return (
    <>
      <p class="lead">
        <Words text={historySentence(histories)} />
      </p>
      <form class="controls" onSubmit={(event) => event.preventDefault()}>
        {histories.length > 1 && (
          <Choice
            label="Host"
            value={history.host ?? unnamed}
            options={histories.map((each) => [each.host ?? unnamed, hostName(each)])}
            onPick={set('host')}
          />
        )}
        <Choice label="Metric" value={metric} options={metrics.map(same)} onPick={set('metric')} />
        <Choice label="Tracker" value={tracker} options={[...trackers, every].map(same)} onPick={set('tracker')} />
      </form>
      <h2>Runs</h2>
      <Figures table={runsTable(steps)} caption={`The runs of ${hostName(history)}`} />
      <h2>Changes</h2>
      {changes === null ? <p>None was found.</p> : <Figures table={changes} caption="Slower and faster, run by run" />}
      <p>
        <Words text={historyRule(threshold)} />
      </p>
      <h2>The course of each point</h2>
      {spec === null ? (
        <p role="status">No point of this tracker was measured in this metric.</p>
      ) : (
        <>
          <Chart spec={spec} name="history" alt="Each point’s course over the runs; the table below has its figures" />
          <Figures table={coursesTable(courses, steps)} caption="The medians of the chart, run by run" />
        </>
      )}
    </>
  );
}

function NoHistory() {
  return (
    <p>
      This report was kept in no history. <code>dirtybench report --from results.jsonl --history history</code> keeps a
      summary of each run in a folder; the runs are then listed here by host and date, with the course of each point and
      the changes that were found.
    </p>
  );
}

function coursesIn(history: History | undefined, metric: string, tracker: string): Course[] {
  const courses = history?.courses ?? [];
  return courses.filter((course) => course.metric === metric && (tracker === every || course.subject === tracker));
}

function distinct(values: readonly string[]): string[] {
  return [...new Set(values)];
}

function same(name: string): [string, string] {
  return [name, name];
}
