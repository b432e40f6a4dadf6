import { charts, synchronisationDrawings } from '../reports/charts/registry.js';
import { Chart } from './chart.js';
import { synchronisation } from './data.js';

const drawings = synchronisationDrawings(synchronisation);

/** How much detection matters in a whole system: charts of transactions with a standby, and of migrations. */
export function EndToEnd() {
  if (drawings.length === 0) return <p>This report has no transactions and no migrations.</p>;
  return (
    <>
      <p>
        A guest answers requests over TCP; each answer waits until a standby has the pages that it changed. And running
        guests are moved to another process.
      </p>
      {drawings.map(({ chart, spec }) => (
        <section key={chart}>
          <Chart spec={spec} name={chart} alt={charts[chart].alt} />
          <p>{charts[chart].howToRead}</p>
        </section>
      ))}
    </>
  );
}
